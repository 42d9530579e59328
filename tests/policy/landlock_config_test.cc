#include "policy/landlock_config.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

using sbx::Policy;

namespace {

std::string sample(const std::string& name) {
  std::ifstream in(SBX_SOURCE_DIR "/tests/policy/samples/" + name);
  std::stringstream text;
  text << in.rdbuf();
  REQUIRE(in);
  return text.str();
}

Policy policy_of(const std::string& text) {
  auto policy = sbx::parse_landlock_config({"p", text});
  INFO((policy ? "" : policy.error().text));
  REQUIRE(policy);
  return *std::move(policy);
}

std::string fault(const std::string& text) {
  const auto policy = sbx::parse_landlock_config({"p", text});
  REQUIRE_FALSE(policy);
  return policy.error().text;
}

std::uint64_t handled(const std::string& abi, const std::string& group) {
  return policy_of("{\"abi\": " + abi + ", \"ruleset\": [{\"handledAccessFs\": [\"" + group + "\"]}]}")
      .landlock->fs->value;
}

} // namespace

TEST_CASE("landlock_config: a file in JSON, its rights, ports and scopes") {
  const Policy policy = policy_of(sample("landlockconfig.json"));
  CHECK(policy.kind == sbx::PolicyKind::landlock_config);
  REQUIRE(policy.landlock);
  CHECK(policy.landlock->fs->value == 0xffff);
  CHECK(policy.landlock->scoped->value == 3);
  CHECK(policy.landlock->net->value == 1); // what a rule grants is handled
  CHECK_FALSE(policy.landlock->hard->value);
  CHECK(policy.landlock->hard->origin == "landlockconfig");
  REQUIRE(policy.landlock->paths.size() == 2);
  CHECK(policy.landlock->paths[0].value.access == 0xd);
  CHECK(policy.landlock->paths[0].value.may == 0xf); // one rule of the kernel's for both
  CHECK(policy.landlock->paths[1].value.path == "/usr/");
  CHECK(policy.landlock->paths[1].place.mark.line == 6);
  CHECK(policy.landlock->paths[1].value.as == "allowedAccess");
  REQUIRE(policy.landlock->ports.size() == 2);
  CHECK(policy.landlock->ports[1].value.port == 8080);
  CHECK(policy.landlock->ports[1].value.access == 1);
  CHECK_FALSE(policy.seccomp);
  CHECK_FALSE(policy.no_new_privs);
}

TEST_CASE("landlock_config: a file in TOML, its variables, and a relative path that nobody can check") {
  const Policy policy = policy_of(sample("landlockconfig.toml"));
  REQUIRE(policy.landlock);
  CHECK(policy.landlock->fs->value == 0xffff);
  CHECK(policy.landlock->net->value == 3);
  CHECK_FALSE(policy.landlock->scoped);
  REQUIRE(policy.landlock->paths.size() == 5);
  CHECK(policy.landlock->paths[0].value.access == 0x200d); // read_execute: refer too
  CHECK(policy.landlock->paths[2].value.path == "/home/ann/work");
  CHECK(policy.landlock->paths[3].value.path == "/home/bob/work");
  CHECK(policy.landlock->paths[2].value.access == 0xfffe); // read_write: all but execute
  CHECK(policy.landlock->paths[4].value.path == "/tmp");
  REQUIRE(policy.unchecked.size() == 1);
  CHECK(policy.unchecked[0].value.what == "path_beneath '.'");
  CHECK(policy.unchecked[0].place.mark.line == 13);
}

TEST_CASE("landlock_config: the groups of rights depend on the ABI, and end where the format ends") {
  CHECK(handled("1", "abi.all") == 0x1fff);
  CHECK(handled("1", "abi.read_execute") == 0xd);
  CHECK(handled("2", "abi.read_execute") == 0x200d);
  CHECK(handled("1", "abi.read_write") == 0x1ffe);
  CHECK(handled("3", "abi.all") == 0x7fff);
  CHECK(handled("2147483647", "abi.all") == 0xffff);
}

TEST_CASE("landlock_config: a group that is empty for its ABI makes no rule") {
  const Policy policy = policy_of("abi = 1\n[[net_port]]\nallowed_access = [\"abi.all\"]\nport = [1]\n");
  CHECK(policy.landlock->ports.empty());
  CHECK_FALSE(policy.landlock->net);
}

TEST_CASE("landlock_config: a variable without a value makes no path") {
  const Policy policy =
      policy_of("[[variable]]\nname = \"v\"\n[[path_beneath]]\nallowed_access = [\"execute\"]\n"
                "parent = [\"/a${v}\", \"/b\"]\n");
  REQUIRE(policy.landlock->paths.size() == 1);
  CHECK(policy.landlock->paths[0].value.path == "/b");
}

TEST_CASE("landlock_config: each spelling belongs to its form, and names that are not known are errors") {
  CHECK(fault("{\"path_beneath\": []}") == "p:1:2: unknown key 'path_beneath'; did you mean pathBeneath?");
  CHECK(fault("[[pathBeneath]]\nparent = [\"/\"]\n").find("unknown key 'pathBeneath'") != std::string::npos);
  CHECK(fault("{\"ruleset\": [{\"scoped\": [\"signals\"]}]}") ==
        "p:1:26: unknown right 'signals'; did you mean signal?");
  CHECK(fault("{\"ruleset\": [{\"handledAccessNet\": [\"read_file\"]}]}") ==
        "p:1:36: unknown right 'read_file'");
  CHECK(fault("{\"ruleset\": [{\"handledAccessNet\": [\"abi.read_write\"]}], \"abi\": 4}")
            .starts_with("p:1:36: unknown right 'abi.read_write'"));
  CHECK(fault("{\"ruleset\": [{\"handledAccessFs\": [\"resolve_unix\"]}]}")
            .starts_with("p:1:35: unknown right 'resolve_unix'")); // the format has no name for it
  CHECK(fault("[[variable]]\nname = \"1x\"\n").starts_with("p:2:8: '1x' names no variable"));
  CHECK(fault("{\"abi\": 3}") == "p:1:1: nothing is asked for: a ruleset, pathBeneath or netPort is needed");
}

TEST_CASE("landlock_config: a path of nothing, and one with a byte 0, are refused") {
  CHECK(
      fault("[[variable]]\nname = \"v\"\nliteral = [\"\"]\n[[path_beneath]]\nallowed_access = [\"execute\"]\n"
            "parent = [\"${v}\"]\n") == "p:6:11: an empty path");
}
