#include "probes/environment.h"

#include "fake_kernel.h"
#include "probes/redacting_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string names = "name HOME value=1 left_out=0\nname GITHUB_TOKEN value=1 left_out=0\n"
                          "name API_KEY value=0 left_out=0\nname A\\x1bTOKEN_TOKEN value=1 left_out=0\n"
                          "name GITHUB_TOKEN value=1 left_out=0\nend more=0\n";

struct Told {
  Finding finding = Finding::unknown({GapKind::not_attempted, "target/mountinfo", ""});
  std::vector<Warning> warnings;
};

Told told(Kernel& kernel) {
  Told result;
  Witness witness(kernel);
  add_environment(witness, result.finding, result.warnings);
  return result;
}

Told of(const std::string& text) {
  FakeKernel kernel;
  kernel.answer(source::target_environ_names, text);
  return told(kernel);
}

} // namespace

TEST_CASE("environment: secrets are counted and named, empty ones are only said") {
  const Told it = of(names);
  CHECK(it.finding.claims()["secrets_in_environment"] ==
        Claims{{"count", 2},
               {"names", {"GITHUB_TOKEN", "A\\x1bTOKEN_TOKEN"}},
               {"empty", 1},
               {"redacted", false},
               {"not_looked_at", 0}});
  CHECK(it.finding.claims()["environment_not_read"].is_null());
  REQUIRE(it.warnings.size() == 1);
  CHECK(it.warnings[0].id == "filesystem.environment_secrets");
  CHECK(it.warnings[0].evidence == "GITHUB_TOKEN, A\\x1bTOKEN_TOKEN");
}

TEST_CASE("environment: without secrets there is nothing to warn of") {
  const Told it = of("name HOME value=1 left_out=0\nname API_KEY value=0 left_out=0\nend more=0\n");
  CHECK(it.finding.claims()["secrets_in_environment"]["count"] == 0);
  CHECK(it.finding.claims()["secrets_in_environment"]["empty"] == 1);
  CHECK(it.warnings.empty());
}

TEST_CASE("environment: what was not read is null with its reason, never none") {
  FakeKernel kernel;
  kernel.fail(source::target_environ_names, EACCES);
  const Told it = told(kernel);
  CHECK(it.finding.claims()["secrets_in_environment"].is_null());
  CHECK(it.finding.claims()["environment_not_read"] == "denied: permission refused (EACCES)");
  CHECK(it.warnings.empty());
  CHECK(of("nonsense\n").finding.claims()["secrets_in_environment"].is_null());
}

TEST_CASE("environment: at most 64 are named, all are counted") {
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "name TOKEN_" + std::to_string(i) + " value=1 left_out=0\n";
  const Claims claim = of(many + "end more=7\n").finding.claims()["secrets_in_environment"];
  CHECK(claim["count"] == 100);
  CHECK(claim["names"].size() == 64);
  CHECK(claim["not_looked_at"] == 7);
}

TEST_CASE("environment: redacted, neither evidence nor claims hold a name, and the count is the same") {
  FakeKernel kernel;
  kernel.answer(source::target_environ_names,
                "name HOME value=1 left_out=0\nname GITHUB_TOKEN value=1 left_out=0\nend more=3\n");
  RedactingKernel redacting(kernel);
  const std::string expected = "redacted 1 value=1 secret=0\nredacted 2 value=1 secret=1\nend more=3\n";
  CHECK(redacting.read(source::target_environ_names) == expected);
  const Told it = told(redacting);
  CHECK(it.finding.claims()["secrets_in_environment"] ==
        Claims{{"count", 1}, {"names", nullptr}, {"empty", 0}, {"redacted", true}, {"not_looked_at", 3}});
  CHECK(it.warnings.at(0).evidence == "1 names, which are not told");
  const Told replayed = of(expected);
  CHECK(replayed.finding.claims() == it.finding.claims());
  FakeKernel recorded;
  recorded.answer(source::target_environ_names, expected);
  CHECK(RedactingKernel(recorded).read(source::target_environ_names) == expected);
}

TEST_CASE("environment: redacting hands on no text that it cannot read, and nothing else it changes") {
  FakeKernel kernel;
  kernel.answer(source::target_environ_names, "name SECRET_NAME\n");
  kernel.answer(source::target_proxies, "end more=0\n");
  kernel.fail(source::target_cgroup, EACCES);
  RedactingKernel redacting(kernel);
  CHECK(redacting.read(source::target_environ_names).error().error == EBADMSG);
  CHECK(redacting.read(source::target_proxies) == "end more=0\n");
  CHECK(redacting.read(source::target_cgroup).error().error == EACCES);
  CHECK(redacting.read_about(source::target_paths, {"/"}).error().error == ENODATA);
}
