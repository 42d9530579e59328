#include "gate/appraise.h"

#include "test_mint.h"

#include <catch2/catch.hpp>

using sbx::Claims;
using sbx::Finding;
using sbx::State;
using sbx::Verdict;

namespace {

Finding finding(State state, std::string summary, Claims claims) {
  const auto seen = sbx::TestMint::seen(0, sbx::source::target_landlock);
  const sbx::Gap gap{sbx::GapKind::denied, "target/landlock", "bpf(2) answered EPERM"};
  Finding made =
      state == State::unknown ? Finding::unknown(gap) : Finding::of(state, seen, std::move(summary));
  for (const auto& [name, value] : claims.items())
    made.claim(name, value);
  return made;
}

sbx::Appraised appraised(const char* clause, Finding made, const char* layer = "landlock") {
  const auto requirement = sbx::parse_requirement(clause);
  REQUIRE(requirement);
  const auto appraisal = sbx::appraise({*requirement}, {{layer, std::move(made)}});
  REQUIRE(appraisal);
  REQUIRE(appraisal->requirements.size() == 1);
  CHECK(appraisal->verdict == appraisal->requirements[0].verdict);
  CHECK(appraisal->requirements[0].expression == clause);
  CHECK(appraisal->requirements[0].layer == layer);
  return appraisal->requirements[0];
}

Verdict landlock(const char* clause, State state, Claims claims) {
  return appraised(clause, finding(state, "1 domain", std::move(claims))).verdict;
}

Claims levels(Claims level, Claims kernel) { return {{"level", level}, {"kernel_abi", kernel}}; }

} // namespace

TEST_CASE("appraise: a level is met from exactly that level on") {
  CHECK(landlock("landlock>=4", State::enforced, levels(3, 7)) == Verdict::unmet);
  CHECK(landlock("landlock>=4", State::enforced, levels(4, 7)) == Verdict::met);
  CHECK(landlock("landlock=4+", State::enforced, levels(5, 7)) == Verdict::met);
  CHECK(landlock("landlock>=4", State::enforced, levels(4, nullptr)) == Verdict::met);
}

TEST_CASE("appraise: what trials proved meets a requirement up to it, and leaves the rest unknown") {
  Claims claims = levels(nullptr, 7);
  claims["proved_level"] = 2;
  CHECK(landlock("landlock>=2", State::enforced, claims) == Verdict::met);
  CHECK(landlock("landlock>=3", State::enforced, claims) == Verdict::unknown);
  CHECK(landlock("landlock>=8", State::enforced, claims) == Verdict::unmet);
  CHECK(landlock("landlock>=2", State::unknown, claims) == Verdict::unknown);
  CHECK(landlock("landlock>=2", State::partial, claims) == Verdict::unmet);
}

TEST_CASE("appraise: a level on some threads, or on none, does not meet a requirement") {
  CHECK(landlock("landlock>=4", State::partial, levels(7, 7)) == Verdict::unmet);
  CHECK(landlock("landlock>=4", State::absent, levels(nullptr, 7)) == Verdict::unmet);
}

TEST_CASE("appraise: what was not seen leaves the requirement open") {
  CHECK(landlock("landlock>=4", State::unknown, levels(nullptr, nullptr)) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::unknown, levels(nullptr, 7)) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::unknown, levels(5, 7)) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::enforced, levels(nullptr, 7)) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::enforced, Claims::object()) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::not_applicable, levels(7, 7)) == Verdict::unknown);
}

TEST_CASE("appraise: a claim that was seen decides even where the state is unknown") {
  CHECK(landlock("landlock>=4", State::unknown, levels(3, 7)) == Verdict::unmet);
  CHECK(landlock("landlock>=4", State::unknown, levels(nullptr, 3)) == Verdict::unmet);
  CHECK(landlock("landlock>=4", State::enforced, levels(nullptr, 3)) == Verdict::unmet);
  CHECK(landlock("landlock>=1", State::unknown, levels(nullptr, 0)) == Verdict::unmet);
}

TEST_CASE("appraise: a claim of the wrong type was not seen") {
  CHECK(landlock("landlock>=4", State::enforced, levels("7", "7")) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::enforced, levels(7.5, 7)) == Verdict::unknown);
  CHECK(landlock("landlock>=4", State::enforced, levels(-1, 7)) == Verdict::unknown);
  CHECK(landlock("landlock.kernel>=4", State::enforced, levels(7, true)) == Verdict::unknown);
}

TEST_CASE("appraise: a level too low says which rights are open and what the kernel would offer") {
  Claims claims = levels(2, 7);
  for (const char* name : {"truncate", "bind_tcp", "connect_tcp", "ioctl_dev"})
    claims["not_handled"].push_back({{"right", name}, {"abi", 3}});
  const auto judged = appraised("landlock>=4", finding(State::enforced, "1 domain", claims));
  CHECK(judged.verdict == Verdict::unmet);
  CHECK(judged.wanted == "enforced on every thread, level at least 4");
  CHECK(judged.observed == "level 2 of kernel ABI 7: truncate, bind_tcp, connect_tcp, ioctl_dev not handled; "
                           "landlock.kernel>=4 would be met (the kernel offers ABI 7)");
}

TEST_CASE("appraise: a long list of open rights is cut and counted") {
  Claims claims = levels(0, 1);
  for (char name = 'a'; name < 'n'; ++name)
    claims["not_handled"].push_back({{"right", std::string(1, name)}, {"abi", 3}});
  CHECK(appraised("landlock>=1", finding(State::unknown, "", claims)).observed ==
        "level 0 of kernel ABI 1: a, b, c, d, e, f, g, h and 5 more not handled; landlock.kernel>=1 would be "
        "met "
        "(the kernel offers ABI 1)");
}

TEST_CASE("appraise: a level that the kernel cannot reach says that the kernel is the limit") {
  CHECK(appraised("landlock>=9", finding(State::enforced, "", levels(7, 7))).observed ==
        "level 7 of kernel ABI 7; landlock.kernel>=9 would not be met either (the kernel offers ABI 7)");
  CHECK(appraised("landlock>=4", finding(State::unknown, "", levels(nullptr, 3))).observed ==
        "not seen: bpf(2) answered EPERM; the kernel offers ABI 3, and no domain has a higher level");
  CHECK(appraised("landlock>=4", finding(State::enforced, "", levels(2, nullptr))).observed ==
        "level 2, kernel ABI not seen");
}

TEST_CASE("appraise: rights newer than this version knows are unknown, not missing") {
  Claims claims = levels(11, 13);
  claims["not_handled"] = Claims::array();
  const auto judged = appraised("landlock>=12", finding(State::enforced, "", claims));
  CHECK(judged.verdict == Verdict::unknown);
  CHECK(judged.observed ==
        "level 11, all that this version of the tool knows; the kernel offers ABI 13, whose "
        "further rights it cannot check");
  CHECK(appraised("landlock>=14", finding(State::enforced, "", claims)).verdict == Verdict::unmet);
}

TEST_CASE("appraise: what the kernel offers is judged whatever the state") {
  for (const State state :
       {State::enforced, State::partial, State::absent, State::unknown, State::not_applicable}) {
    CHECK(landlock("landlock.kernel>=7", state, levels(nullptr, 7)) == Verdict::met);
    CHECK(landlock("landlock.kernel>=8", state, levels(nullptr, 7)) == Verdict::unmet);
    CHECK(landlock("landlock.kernel=8+", state, levels(7, nullptr)) == Verdict::unknown);
  }
  CHECK(appraised("landlock.kernel>=1", finding(State::absent, "", levels(nullptr, 0))).observed ==
        "the kernel offers no Landlock");
  CHECK(appraised("landlock.kernel>=1", finding(State::unknown, "", {{"kernel_answer", "EPERM"}})).observed ==
        "the kernel's Landlock ABI was not seen: EPERM");
}

TEST_CASE("appraise: a layer without a level is met only where it is enforced") {
  const auto seccomp = [](State state) {
    return appraised("seccomp", finding(state, "2 filters", {}), "seccomp");
  };
  CHECK(seccomp(State::enforced).verdict == Verdict::met);
  CHECK(seccomp(State::partial).verdict == Verdict::unmet);
  CHECK(seccomp(State::absent).verdict == Verdict::unmet);
  CHECK(seccomp(State::unknown).verdict == Verdict::unknown);
  CHECK(seccomp(State::not_applicable).verdict == Verdict::unknown);
  CHECK(seccomp(State::enforced).observed == "enforced: 2 filters");
  CHECK(seccomp(State::unknown).observed == "not seen: bpf(2) answered EPERM");
  CHECK(seccomp(State::not_applicable).observed == "not applicable: 2 filters");
}

TEST_CASE("appraise: a list of a policy is met by being empty, and unknown where it was not seen") {
  const auto judged = [](Claims list) {
    return appraised("landlock.skipped=0", finding(State::partial, "x", {{"skipped", std::move(list)}}),
                     "policy");
  };
  CHECK(judged(Claims::array()).verdict == Verdict::met);
  CHECK(judged(nullptr).verdict == Verdict::unknown);
  CHECK(judged("nothing").verdict == Verdict::unknown);
  CHECK(judged({"/opt/data", "/srv"}).verdict == Verdict::unmet);
  CHECK(judged({"/opt/data", "/srv"}).observed == "2: /opt/data, /srv");
  CHECK(appraised("landlock.extra=0", finding(State::partial, "x", {{"skipped", Claims::array()}}), "policy")
            .verdict == Verdict::unknown);
}

TEST_CASE("appraise: drift is judged by what the comparison says of itself") {
  const auto judged = [](State state, Claims drift) {
    return appraised("policy.drift=none", finding(state, "as asked", {{"drift", std::move(drift)}}), "policy")
        .verdict;
  };
  CHECK(judged(State::enforced, "none") == Verdict::met);
  CHECK(judged(State::partial, "weaker") == Verdict::unmet);
  CHECK(judged(State::unknown, "unknown") == Verdict::unknown);
  CHECK(judged(State::unknown, nullptr) == Verdict::unknown);
}

TEST_CASE("appraise: a layer that the run does not speak of is unknown") {
  const auto requirement = sbx::parse_requirement("lsm");
  const auto appraisal = sbx::appraise({*requirement}, {});
  REQUIRE(appraisal);
  CHECK(appraisal->verdict == Verdict::unknown);
  CHECK(appraisal->requirements[0].observed == "this run says nothing about lsm");
}

TEST_CASE("appraise: one unmet is unmet, else one unknown is unknown, in any order") {
  using enum Verdict;
  CHECK(sbx::both(met, met) == met);
  for (const Verdict other : {met, unmet, unknown}) {
    CHECK(sbx::both(other, unmet) == unmet);
    CHECK(sbx::both(unmet, other) == unmet);
  }
  CHECK(sbx::both(met, unknown) == unknown);
  CHECK(sbx::both(unknown, met) == unknown);
  CHECK(sbx::both(unknown, unknown) == unknown);
}

TEST_CASE("appraise: without requirements there is no appraisal, and the exit status says so") {
  CHECK_FALSE(sbx::appraise({}, {}));
  CHECK(sbx::exit_status(std::nullopt) == 0);
  CHECK(sbx::exit_status(sbx::Appraisal{{}, Verdict::met}) == 0);
  CHECK(sbx::exit_status(sbx::Appraisal{{}, Verdict::unmet}) == 1);
  CHECK(sbx::exit_status(sbx::Appraisal{{}, Verdict::unknown}) == 4);
}
