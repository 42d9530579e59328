#include "gate/seccomp_appraise.h"

#include "core/source.h"
#include "test_mint.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

Claims way(Claims denied, Claims offered, const std::string& by_default = "allow") {
  return {{"denied", std::move(denied)},
          {"conditional", {"clone"}},
          {"supervised", {"mount"}},
          {"default_action", by_default},
          {"offered", std::move(offered)}};
}

Finding finding_of(Claims architectures, Claims more = Claims::object()) {
  Finding finding = Finding::enforced(TestMint::seen(1, source::target_seccomp), "2 filters");
  finding.claim("architectures", std::move(architectures));
  for (const auto& [name, value] : more.items())
    finding.claim(name, value);
  return finding;
}

Judged judge(const Finding& finding, const std::string& clause) {
  const auto requirement = parse_requirement(clause);
  REQUIRE(requirement);
  return judge_seccomp(finding, *requirement);
}

} // namespace

TEST_CASE("seccomp appraise: a call must be refused by every way that the kernel takes") {
  const Claims native = way({"ptrace", "bpf"}, true);
  CHECK(judge(finding_of({{"x86_64", native}}), "seccomp.denies=ptrace+bpf").verdict == Verdict::met);
  const Judged open =
      judge(finding_of({{"x86_64", native}, {"i386", way({"bpf"}, true)}}), "seccomp.denies=ptrace+bpf");
  CHECK(open.verdict == Verdict::unmet);
  CHECK(open.observed == "ptrace is allowed (i386)");
  CHECK(judge(finding_of({{"x86_64", native}, {"i386", way({}, false)}}), "seccomp.denies=ptrace").verdict ==
        Verdict::met);
  const Judged unseen =
      judge(finding_of({{"x86_64", native}, {"i386", way({}, nullptr)}}), "seccomp.denies=ptrace");
  CHECK(unseen.verdict == Verdict::unknown);
  CHECK(unseen.observed ==
        "ptrace is not refused by i386, and whether this kernel takes such calls was not seen");
}

TEST_CASE("seccomp appraise: refused for some arguments, or by another process, is not refused") {
  const Finding finding = finding_of({{"x86_64", way({"ptrace"}, true)}});
  CHECK(judge(finding, "seccomp.denies=clone").observed ==
        "clone is refused for some arguments alone (x86_64)");
  CHECK(judge(finding, "seccomp.denies=mount").observed == "mount is decided by another process (x86_64)");
  CHECK(judge(finding, "seccomp.denies=ptrace+clone").verdict == Verdict::unmet);
  // A call that this way does not have cannot be made by it: x86_64 has no socketcall(2).
  CHECK(judge(finding, "seccomp.denies=socketcall").verdict == Verdict::met);
}

TEST_CASE("seccomp appraise: the default is that of every way") {
  const Finding finding =
      finding_of({{"i386", way({}, true, "kill_process")}, {"x86_64", way({}, true, "errno:38")}});
  CHECK(judge(finding, "seccomp.default=errno").verdict == Verdict::unmet);
  const Finding same =
      finding_of({{"i386", way({}, true, "errno:1")}, {"x86_64", way({}, true, "errno:38")}});
  CHECK(judge(same, "seccomp.default=errno").verdict == Verdict::met);
  CHECK(judge(same, "seccomp.default=errno:38").verdict == Verdict::unmet);
}

TEST_CASE(
    "seccomp appraise: one filter of each chain with the profile is enough, for others only tighten it") {
  const Claims docker{{"relation", "equals"}, {"name", "docker-default"}, {"words", "equals docker-default"}};
  const Claims other{{"relation", "none"}, {"words", "none known"}};
  const Claims filters = {{{"profile", docker}}, {{"profile", other}}};
  const auto with = [&](Claims chains) {
    return finding_of({{"x86_64", way({}, true)}},
                      {{"profile", other}, {"filter_list", filters}, {"chain_list", std::move(chains)}});
  };
  CHECK(judge(with({{{"filters", {2, 1}}}}), "seccomp.profile=docker-default").verdict == Verdict::met);
  CHECK(judge(with({{{"filters", {2, 1}}}, {{"filters", Claims::array()}}}), "seccomp.profile=docker-default")
            .verdict == Verdict::unmet);
  CHECK(judge(with({{{"filters", {2}}}}), "seccomp.profile=docker-default").observed == "none known");
}

TEST_CASE("seccomp appraise: what was not read is unknown, no filter is unmet") {
  Finding unread = Finding::unknown({GapKind::denied, "target/seccomp", "bpf(2) was refused"}, "1 filter");
  unread.claim("architectures", nullptr).claim("not_read", "bpf(2) was refused");
  CHECK(judge(unread, "seccomp.denies=ptrace").verdict == Verdict::unknown);
  CHECK(judge(unread, "seccomp.denies=ptrace").observed ==
        "what the filters refuse was not read: bpf(2) was refused");
  CHECK(judge(Finding::absent(TestMint::seen(1, source::target_seccomp), "no filter on any thread"),
              "seccomp.denies=ptrace")
            .verdict == Verdict::unmet);
}
