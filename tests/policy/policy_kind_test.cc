#include "policy/policy_kind.h"

#include <catch2/catch.hpp>
#include <string>

using sbx::PolicyKind;

namespace {

PolicyKind kind(const std::string& text) {
  const auto found = sbx::policy_kind_of({"f", text});
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("policy_kind: JSON by the keys of its top") {
  CHECK(kind("{\"ociVersion\": \"1.0.2\", \"linux\": {}}") == PolicyKind::oci_config);
  CHECK(kind(" {\"process\": {}, \"linux\": {}}") == PolicyKind::oci_config);
  CHECK(kind("[{\"Id\": \"0\", \"HostConfig\": {}}]") == PolicyKind::container);
  CHECK(kind("[\n  {\"Id\": \"0\", \"Config\": {}}]") == PolicyKind::container);
  CHECK(kind("{\"HostConfig\": {}}") == PolicyKind::container);
  CHECK(kind("{\"abi\": 1, \"netPort\": []}") == PolicyKind::landlock_config);
}

TEST_CASE("policy_kind: a unit by a section, TOML by its tables, YAML by its keys") {
  CHECK(kind("# a comment\n\n[Unit]\nDescription=version: 1\n[Service]\n") == PolicyKind::systemd_unit);
  CHECK(kind("; a comment\n[X-Ours]\n") == PolicyKind::systemd_unit);
  CHECK(kind("[Service]\r\nNoNewPrivileges=yes\r\n") == PolicyKind::systemd_unit);
  CHECK(kind("abi = 3\n[[ruleset]]\n") == PolicyKind::landlock_config);
  CHECK(kind("[[path_beneath]]\n") == PolicyKind::landlock_config);
  CHECK(kind("---\nversion: 1\n") == PolicyKind::openshell);
  CHECK(kind("\xef\xbb\xbfversion : 1\n") == PolicyKind::openshell);
}

TEST_CASE("policy_kind: a key that is no key of the top decides nothing") {
  CHECK_FALSE(sbx::policy_kind_of({"f", "a:\n  version: 1\n"}));
  CHECK_FALSE(sbx::policy_kind_of({"f", "versions: 1\n"}));
  CHECK_FALSE(sbx::policy_kind_of({"f", "[[Service]]\n"}));
  CHECK_FALSE(sbx::policy_kind_of({"f", "[]"}));
  CHECK_FALSE(sbx::policy_kind_of({"f", "[{\"linux\": {}}]"}));
}

TEST_CASE("policy_kind: JSON that is none is told with its place") {
  const auto found = sbx::policy_kind_of({"f", "{\"linux\" 1}"});
  REQUIRE_FALSE(found);
  CHECK(found.error().text.find("f:1:10: not JSON") == 0);
}
