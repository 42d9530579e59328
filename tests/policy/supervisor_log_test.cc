#include "policy/supervisor_log.h"

#include <catch2/catch.hpp>
#include <string>

using sbx::LogMeaning;
using sbx::parse_supervisor_log;
using sbx::SupervisorLog;

namespace {

SupervisorLog parse(const std::string& text) { return parse_supervisor_log(text, "openshell.log"); }

sbx::LogClaim only_claim(const std::string& line) {
  const SupervisorLog log = parse(line);
  REQUIRE(log.claims.size() == 1);
  CHECK(log.not_understood == 0);
  return log.claims[0];
}

constexpr const char* skip = "CONFIG:DEGRADED [MED] Skipping inaccessible Landlock path (best-effort) ";

} // namespace

TEST_CASE("supervisor_log: a start of best effort, as the code prints it") {
  const SupervisorLog log = parse(
      "CONFIG:PROBED [INFO] Landlock filesystem sandbox available [abi:v6 compat:BestEffort ro:4 rw:2]\n"
      "CONFIG:APPLYING [INFO] Applying Landlock filesystem sandbox [abi:V2 compat:BestEffort ro:7 rw:4]\n"
      "CONFIG:DEGRADED [MED] Skipping inaccessible Landlock path (best-effort) [path:/opt/data error:failed "
      "to "
      "open \"/opt/data\": Permission denied (os error 13)]\n"
      "CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:5 skipped:1]\n"
      "CONFIG:CREATED [INFO] Network namespace created [ns:sandbox-1a2b3c4d host_ip:10.200.0.1]\n"
      "CONFIG:DEGRADED [MED] nft not found; bypass detection rules will not be installed [ns:sandbox-1a]\n"
      "CONFIG:INSTALLED [INFO] Bypass detection rules installed [ns:sandbox-1a2b3c4d]\n");
  CHECK(log.file == "openshell.log");
  CHECK(log.lines == 7);
  CHECK(log.not_understood == 0);
  CHECK_FALSE(log.cut);
  REQUIRE(log.claims.size() == 7);
  CHECK(log.claims[0].meaning == LogMeaning::landlock_available);
  CHECK(log.claims[0].abi == 6);
  CHECK(log.claims[1].meaning == LogMeaning::landlock_applying);
  CHECK(log.claims[1].abi == 2);
  CHECK(log.claims[1].read_only == 7);
  CHECK(log.claims[1].read_write == 4);
  CHECK(log.claims[2].meaning == LogMeaning::landlock_path_skipped);
  CHECK(log.claims[2].path == "/opt/data");
  CHECK(log.claims[2].severity == "MED");
  CHECK(log.claims[3].meaning == LogMeaning::landlock_built);
  CHECK(log.claims[3].rules == 5);
  CHECK(log.claims[3].skipped == 1);
  CHECK(log.claims[3].place.mark.line == 4);
  CHECK(log.claims[3].place.mark.column == 1);
  CHECK(log.claims[3].text == "Landlock ruleset built [rules_applied:5 skipped:1]");
  CHECK(log.claims[4].meaning == LogMeaning::netns_created);
  CHECK(log.claims[5].meaning == LogMeaning::bypass_missing);
  CHECK(log.claims[6].meaning == LogMeaning::bypass_installed);
}

TEST_CASE("supervisor_log: the labels of the documentation, and what each place prints before an event") {
  const std::string built = "CONFIG:ENABLED [INFO] Landlock ruleset built [rules_applied:5 skipped:1]";
  for (const char* prefix :
       {"", "OCSF ", "2026-04-01T04:04:13.065Z OCSF ", "[1787568688.958] [sandbox] [OCSF ] [ocsf] "}) {
    const sbx::LogClaim claim = only_claim(prefix + built);
    CHECK(claim.meaning == LogMeaning::landlock_built);
    CHECK(claim.place.mark.column == std::string(prefix).size() + 1);
  }
  CHECK(only_claim("OCSF CONFIG:OTHER [MED] Skipping inaccessible Landlock path (best-effort) "
                   "[path:/opt/data error:Permission denied (os error 13)]\r\n")
            .path == "/opt/data");
  CHECK(only_claim("OCSF CONFIG:ALREADY-DENIED [INFO] Skipping inaccessible Landlock path for current user "
                   "[path:/root error:failed to open \"/root\": Permission denied (os error 13)]")
            .path == "/root");
}

TEST_CASE("supervisor_log: findings, with and without their type") {
  CHECK(only_claim("FINDING:CREATE [HIGH] \"Landlock Filesystem Sandbox Unavailable\" "
                   "[type:landlock-unavailable confidence:high]")
            .meaning == LogMeaning::landlock_unavailable);
  const sbx::LogClaim failed =
      only_claim("FINDING:UNKNOWN [HIGH] \"Landlock restrict_self Failed\" [confidence:high]");
  CHECK(failed.meaning == LogMeaning::landlock_failed);
  CHECK(failed.severity == "HIGH");
  CHECK(failed.text == "Landlock restrict_self Failed");
  CHECK(only_claim("FINDING:CREATE [HIGH] \"Landlock of tomorrow\"").meaning == LogMeaning::other);
  CHECK(
      only_claim("CONFIG:SKIPPED [INFO] Landlock filesystem sandbox skipped: no paths configured").meaning ==
      LogMeaning::landlock_no_paths);
  CHECK(only_claim("CONFIG:FAILED [MED] Failed to install bypass detection rules [ns:x]: nft: exit 1")
            .meaning == LogMeaning::bypass_missing);
}

TEST_CASE("supervisor_log: events in JSON, of two classes") {
  const sbx::LogClaim built = only_claim(
      R"({"class_uid":5019,"severity_id":1,"state":"built","message":"Landlock ruleset built [rules_applied:3 skipped:2]"})");
  CHECK(built.meaning == LogMeaning::landlock_built);
  CHECK(built.rules == 3);
  CHECK(built.severity == "INFO");
  const sbx::LogClaim finding = only_claim(
      R"({"class_uid":2004,"severity_id":4,"finding_info":{"uid":"landlock-unavailable","title":"No"},"message":"Landlock filesystem sandbox unavailable: blocked"})");
  CHECK(finding.meaning == LogMeaning::landlock_unavailable);
  CHECK(finding.text == "Landlock filesystem sandbox unavailable: blocked");
  CHECK(parse(R"({"class_uid":4001,"message":"Landlock ruleset built [rules_applied:3 skipped:2]"})")
            .claims.empty());
  CHECK(parse(R"({"message":"Landlock ruleset built [rules_applied:3 skipped:2]"})").claims.empty());
  CHECK(parse("{\"class_uid\":5019,").not_understood == 1);
  CHECK(parse("{\"class_uid\":5019,\"a\":" + std::string(40, '[') + std::string(40, ']') + "}")
            .not_understood == 1);
  CHECK(parse(R"({"class_uid":2004,"finding_info":7,"severity_id":-1,"message":null})").claims.empty());
}

TEST_CASE("supervisor_log: what another level or another event quotes is no claim") {
  const std::string built = "CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:5 skipped:0]";
  CHECK(parse("2026-04-01T03:28:39.160Z INFO openshell_sandbox: " + built).claims.empty());
  CHECK(parse("[1775014113.058] [sandbox] [INFO ] [openshell_sandbox] " + built).claims.empty());
  CHECK(parse("PROC:LAUNCH [INFO] sh(49) [cmd:" + built + "]").claims.empty());
  CHECK(parse("said: " + built).claims.empty());
  CHECK(parse("CONFIG:LOADED [INFO] Policy reloaded successfully [policy_hash:0c]").claims.empty());
}

TEST_CASE("supervisor_log: a path with the words of the log in it ends where the repeated path says") {
  const std::string path = "/opt/a error:b [c]";
  CHECK(only_claim(skip + ("[path:" + path) + " error:failed to open \"" + path + "\": Permission denied]")
            .path == path);
  // Nothing repeats it: two places at which it could end, so neither is taken.
  const sbx::LogClaim ambiguous =
      only_claim(skip + std::string("[path:/opt/a error:b error:Permission denied]"));
  CHECK(ambiguous.meaning == LogMeaning::landlock_path_skipped);
  CHECK_FALSE(ambiguous.path);
  const std::string twice = "/x error:failed to open \"/x\": ";
  CHECK_FALSE(only_claim(skip + ("[path:" + twice) + " error:failed to open \"" + twice + "\": no]").path);
}

TEST_CASE("supervisor_log: what a path with a line break writes is not taken for an event") {
  const SupervisorLog log = parse(skip + std::string("[path:/opt/a\n"
                                                     "CONFIG:BUILT [INFO] Landlock ruleset built "
                                                     "[rules_applied:9 skipped:0]\n"
                                                     "CONFIG:BUILT [INFO] Landlock ruleset built "
                                                     "[rules_applied:5 skipped:1]\n"));
  REQUIRE(log.claims.size() == 2);
  CHECK(log.claims[0].meaning == LogMeaning::other);
  CHECK_FALSE(log.claims[0].path);
  CHECK(log.claims[1].rules == 5);
  CHECK(log.not_understood == 2);
}

TEST_CASE("supervisor_log: numbers that do not fit are not understood, and give no claim with numbers") {
  for (const char* context :
       {"rules_applied:5]", "rules_applied:5 skipped:-1]", "rules_applied:5 skipped:1",
        "rules_applied:5 skipped:1 skipped:2]", "rules_applied:99999999999999999999 skipped:0]",
        "rules_applied: skipped:1]", "]", ""}) {
    const SupervisorLog log = parse(std::string("CONFIG:BUILT [INFO] Landlock ruleset built [") + context);
    CHECK(log.not_understood == 1);
    REQUIRE(log.claims.size() == 1);
    CHECK(log.claims[0].meaning == LogMeaning::other);
    CHECK_FALSE(log.claims[0].rules);
  }
  CHECK(parse("CONFIG: [INFO] x\nCONFIG:BUILT Landlock\nFINDING:CREATE [HIGH] Landlock\nCONFIG:")
            .not_understood == 4);
}

TEST_CASE("supervisor_log: long lines, many claims and big files have bounds") {
  const std::string built = "CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:1 skipped:0]\n";
  std::string many;
  for (int i = 0; i < 10'001; ++i)
    many += built;
  const SupervisorLog log = parse(many);
  CHECK(log.claims.size() == 10'000);
  CHECK(log.cut);
  const SupervisorLog longer = parse(std::string(70'000, 'x') + "\n" + built);
  CHECK(longer.claims.size() == 1);
  CHECK(longer.not_understood == 1);
  CHECK(parse("CONFIG:X [INFO] Landlock " + std::string(5000, 'y')).claims.at(0).text.size() == 1024);
  const SupervisorLog big = parse(std::string(17U << 20, '\n') + built);
  CHECK(big.cut);
  CHECK(big.claims.empty());
}
