#include "drift/supervisor_claims.h"

#include "drift/sandbox.h"
#include "test_mint.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

Seen<int> seen() { return TestMint::seen(1, source::target_landlock); }

Layers enforced() {
  return {
      {"landlock",
       Finding::enforced(seen(), "level 2").claim("kernel_abi", 6u).claim("level", 2u).claim("rules", 5u)},
      {"namespaces", Finding::partial(seen(), "own: net")
                         .claim("net", Claims{{"inode", 4026532204u}, {"initial", false}})}};
}

Layers absent() {
  return {{"landlock", Finding::absent(seen(), "no thread is in a Landlock domain")
                           .claim("kernel_abi", 6u)
                           .claim("level", 0u)
                           .claim("rules", 0u)},
          {"namespaces", Finding::absent(seen(), "all are the host's own")
                             .claim("net", Claims{{"inode", 4026531833u}, {"initial", true}})}};
}

LogClaim line(LogMeaning meaning, const std::string& text, unsigned number = 1) {
  LogClaim claim;
  claim.place = {"openshell.log", {number, 1}};
  claim.meaning = meaning;
  claim.severity = "INFO";
  claim.text = text;
  return claim;
}

LogClaim built(std::uint64_t rules, std::uint64_t skipped) {
  LogClaim claim = line(LogMeaning::landlock_built, "Landlock ruleset built");
  claim.rules = rules;
  claim.skipped = skipped;
  return claim;
}

Claims of(std::vector<LogClaim> claims, const Layers& layers, const LandlockDrift* landlock = nullptr) {
  SupervisorLog log;
  log.file = "openshell.log";
  log.claims = std::move(claims);
  return supervisor_claims(&log, {}, landlock, layers);
}

Claims of(const LogClaim& claim, const Layers& layers, const LandlockDrift* landlock = nullptr) {
  return of(std::vector<LogClaim>{claim}, layers, landlock);
}

LandlockDrift missing(std::vector<std::string> paths) {
  LandlockDrift drift;
  drift.skipped = std::move(paths);
  drift.skipped_complete = drift.missing_rules_complete = drift.extra_complete = true;
  return drift;
}

} // namespace

TEST_CASE("supervisor_claims: five rules in the log and none in the kernel is a contradiction") {
  const LandlockDrift drift = missing({});
  const Claims claims = of(built(5, 0), absent(), &drift);
  REQUIRE(claims.size() == 2);
  CHECK(claims[0]["agrees"] == "no");
  CHECK(claims[0]["truth"] == "the kernel holds none");
  CHECK(claims[0]["where"] == "openshell.log:1:1");
  CHECK(of(built(5, 0), enforced(), &drift)[0]["agrees"] == "yes");
  CHECK(of(built(4, 0), enforced(), &drift)[0]["agrees"] == "unknown"); // other layers have rules too
}

TEST_CASE("supervisor_claims: a count of skipped paths is held against those that are missing here") {
  const LandlockDrift two = missing({"/data", "/opt/models"});
  const Claims fewer = of(built(5, 1), enforced(), &two);
  CHECK(fewer[0]["agrees"] == "no");
  CHECK(fewer[0]["truth"] == "2 of the wished paths are missing here");
  CHECK(of(built(5, 2), enforced(), &two)[1]["agrees"] == "yes");
  CHECK(of(built(5, 3), enforced(), &two)[1]["agrees"] == "unknown"); // not all of them need be missing
  CHECK(of(built(5, 1), enforced())[1]["agrees"] == "unknown");       // no policy was given
  LogClaim path = line(LogMeaning::landlock_path_skipped, "Skipping inaccessible Landlock path");
  path.path = "/data";
  CHECK(of(path, enforced(), &two)[0]["agrees"] == "yes");
  path.path = "/elsewhere";
  CHECK(of(path, enforced(), &two)[0]["agrees"] == "unknown");
}

TEST_CASE("supervisor_claims: the ABI of the kernel and the ABI that is applied are two numbers") {
  LogClaim available = line(LogMeaning::landlock_available, "available"), applying = available;
  available.abi = 6;
  applying.meaning = LogMeaning::landlock_applying;
  applying.abi = 2;
  CHECK(of(available, enforced())[0]["agrees"] == "yes");
  CHECK(of(applying, enforced())[0]["agrees"] == "yes");
  available.abi = 7;
  applying.abi = 3;
  CHECK(of(available, enforced())[0]["agrees"] == "no");
  CHECK(of(applying, enforced())[0]["agrees"] == "no");
  CHECK(of(applying, absent())[0]["agrees"] == "no");
  CHECK(of(available, {})[0]["agrees"] == "unknown");
}

TEST_CASE("supervisor_claims: it says that it goes on without Landlock") {
  for (const LogMeaning meaning :
       {LogMeaning::landlock_no_paths, LogMeaning::landlock_unavailable, LogMeaning::landlock_failed}) {
    CHECK(of(line(meaning, "x"), absent())[0]["agrees"] == "yes");
    CHECK(of(line(meaning, "x"), enforced())[0]["agrees"] == "no");
    CHECK(of(line(meaning, "x"), {})[0]["agrees"] == "unknown");
  }
}

TEST_CASE("supervisor_claims: network namespaces are compared, rules against bypassing are not") {
  CHECK(of(line(LogMeaning::netns_created, "x"), enforced())[0]["agrees"] == "yes");
  CHECK(of(line(LogMeaning::netns_created, "x"), absent())[0]["agrees"] == "no");
  CHECK(of(line(LogMeaning::netns_failed, "x"), absent())[0]["agrees"] == "yes");
  CHECK(of(line(LogMeaning::netns_created, "x"), {})[0]["agrees"] == "unknown");
  CHECK(of(line(LogMeaning::bypass_installed, "x"), enforced())[0]["agrees"] == "unknown");
  CHECK(of(line(LogMeaning::bypass_missing, "x"), enforced())[0]["agrees"] == "unknown");
}

TEST_CASE("supervisor_claims: isolation=landlock that nothing applies is claimed, not enforced") {
  Policy policy;
  policy.claimed.push_back(wish(Claimed{"label isolation", "landlock"}, 3));
  policy.claimed.push_back(wish(Claimed{"env SANDBOX_NAME", "x\x1b[2J"}, 4));
  policy.claimed.push_back(wish(Claimed{"env LANDLOCK", "off"}, 5));
  const Claims claims = supervisor_claims(nullptr, policy.claimed, nullptr, absent());
  REQUIRE(claims.size() == 3);
  CHECK(claims[0]["claim"] == "label isolation=landlock");
  CHECK(claims[0]["agrees"] == "no");
  CHECK(claims[0]["truth"] == "landlock is absent: no thread is in a Landlock domain");
  CHECK(claims[1]["claim"] == "env SANDBOX_NAME=x\\x1b[2J");
  CHECK(claims[1]["agrees"] == "unknown");
  CHECK(claims[2]["agrees"] == "unknown");
  CHECK(supervisor_claims(nullptr, policy.claimed, nullptr, enforced())[0]["agrees"] == "yes");
}

TEST_CASE("supervisor_claims: contradictions come first, the rest as it came") {
  const Claims claims = of({line(LogMeaning::bypass_installed, "a", 1), line(LogMeaning::other, "b", 2),
                            line(LogMeaning::landlock_no_paths, "c", 3)},
                           enforced());
  CHECK(claims[0]["claim"] == "c");
  CHECK(claims[1]["claim"] == "a");
  CHECK(claims[2]["claim"] == "b");
}

TEST_CASE("supervisor_claims: what of a log was not understood, or not read, is said") {
  SupervisorLog log;
  log.file = "x.log";
  log.not_understood = 3;
  log.cut = true;
  log.claims.assign(1200, line(LogMeaning::other, "y"));
  const Claims claims = supervisor_claims(&log, {}, nullptr, {});
  CHECK(claims.size() == 1001);
  CHECK(claims.back()["claim"] == "and 202 more");
  log.claims.clear();
  CHECK(supervisor_claims(&log, {}, nullptr, {}).size() == 2);
}
