#include "policy/policy.h"

#include "core/sha256.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using sbx::parse_policy;
using sbx::PolicyKind;

namespace {

const std::filesystem::path folder = SBX_SOURCE_DIR "/tests/policy";

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  REQUIRE(in);
  return text.str();
}

PolicyKind kind_of(const std::string& text) {
  const auto policy = parse_policy({{"f", text}}, std::nullopt, {});
  INFO((policy ? "" : policy.error().text));
  REQUIRE(policy);
  return policy->kind;
}

std::string fault(const std::string& text, std::optional<PolicyKind> kind = std::nullopt) {
  const auto policy = parse_policy({{"f", text}}, kind, {});
  REQUIRE_FALSE(policy);
  return policy.error().text;
}

} // namespace

// tests/policy/malformed.txt holds what each file of tests/policy/malformed/ comes to, a line each.
TEST_CASE("policy: each malformed file is one line that says where and why") {
  std::set<std::string> seen;
  std::istringstream lines(bytes_of(folder / "malformed.txt"));
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(':'));
    INFO(name);
    const auto policy = parse_policy({{name, bytes_of(folder / "malformed" / name)}}, std::nullopt, {});
    REQUIRE_FALSE(policy);
    CHECK(policy.error().text == line);
    CHECK(policy.error().kind == sbx::ErrorKind::usage);
    CHECK(seen.insert(name).second);
  }
  CHECK(seen.size() >= 25);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "malformed")) {
    INFO(entry.path());
    CHECK(seen.contains(entry.path().filename().string()));
  }
}

TEST_CASE("policy: the kind is what the file says, never its name") {
  CHECK(kind_of(bytes_of(folder / "samples/openshell.yaml")) == PolicyKind::openshell);
  CHECK(kind_of(bytes_of(folder / "samples/openshell-minimal.yaml")) == PolicyKind::openshell);
  CHECK(kind_of(bytes_of(folder / "samples/landlockconfig.toml")) == PolicyKind::landlock_config);
  CHECK(kind_of(bytes_of(folder / "samples/landlockconfig.json")) == PolicyKind::landlock_config);
  CHECK(kind_of("{\"version\": 1, \"filesystem_policy\": {\"read_only\": [\"/usr\"]}}") ==
        PolicyKind::openshell);
  CHECK(kind_of("\n[[ net_port ]]\nallowed_access = [\"bind_tcp\"]\nport = [1]\n") ==
        PolicyKind::landlock_config);
}

TEST_CASE("policy: the user's word for the kind wins over what the file looks like") {
  CHECK(fault(bytes_of(folder / "samples/openshell.yaml"), PolicyKind::landlock_config).starts_with("f:2:"));
  CHECK(fault("{}", PolicyKind::openshell) == "f:1:1: version is missing");
  CHECK(fault("{}") ==
        "f:1:1: JSON with no key of a known policy: not landlockconfig, no OCI config.json, and no output of "
        "docker or podman inspect");
}

TEST_CASE("policy: it knows its file and its bytes") {
  const std::string text = "version: 1\n";
  const auto policy = parse_policy({{"a\nb", text}}, std::nullopt, {});
  REQUIRE(policy);
  CHECK(policy->file == "a\nb");
  CHECK(policy->sha256 == sbx::sha256_hex(text));
}

TEST_CASE("policy: no file, and a second file, are errors") {
  CHECK_FALSE(parse_policy({}, std::nullopt, {}));
  const auto two = parse_policy({{"f", "version: 1\n"}, {"g", "version: 1\n"}}, std::nullopt, {});
  REQUIRE_FALSE(two);
  CHECK(two.error().text == "g: a second file: a policy of the kind openshell is one");
}

TEST_CASE("policy: bombs are refused in no time") {
  std::string laughs = "a0: &a0 [lol, lol]\n";
  for (int i = 1; i < 60; ++i)
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
              std::to_string(i - 1) + "]\n";
  std::string half(60000, '[');
  const std::string huge(std::size_t{100} << 20, 'a');
  const auto before = std::chrono::steady_clock::now();
  CHECK(fault(huge) == "f: more than 1048576 bytes");
  CHECK(fault(laughs, PolicyKind::openshell) == "f:1:5: an anchor: no policy needs one");
  for (const PolicyKind kind : {PolicyKind::openshell, PolicyKind::landlock_config})
    CHECK(fault(half, kind).starts_with("f:1:"));
  CHECK(std::chrono::steady_clock::now() - before <
        std::chrono::seconds(2)); // milliseconds, but for sanitizers
}
