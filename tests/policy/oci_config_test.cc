#include "policy/oci_config.h"

#include "rules/capability_names.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

using sbx::CapabilitySet;
using sbx::parse_oci_config;
using sbx::Policy;
using Kind = sbx::MountWish::Kind;

namespace {

Policy parsed(const std::string& text) {
  const auto policy = parse_oci_config({"config.json", text});
  INFO((policy ? "" : policy.error().text));
  REQUIRE(policy);
  return *policy;
}

Policy sample(const std::string& name) {
  std::ifstream stream(SBX_SOURCE_DIR "/tests/policy/samples/" + name);
  std::stringstream text;
  text << stream.rdbuf();
  REQUIRE(stream);
  return parsed(text.str());
}

std::string fault(const std::string& text) {
  const auto policy = parse_oci_config({"config.json", text});
  REQUIRE_FALSE(policy);
  CHECK(policy.error().kind == sbx::ErrorKind::usage);
  return policy.error().text;
}

std::string kinds(const Policy& policy, bool own) {
  std::string text;
  for (const auto& wish : policy.namespaces)
    if (wish.value.own == own)
      text += (text.empty() ? "" : " ") + wish.value.kind;
  return text;
}

bool has(const Policy& policy, const std::string& path, Kind kind) {
  return std::any_of(policy.mounts.begin(), policy.mounts.end(),
                     [&](const auto& one) { return one.value.path == path && one.value.kind == kind; });
}

std::string unchecked(const Policy& policy) {
  std::string text;
  for (const auto& row : policy.unchecked)
    text += row.value.what + "\n";
  return text;
}

} // namespace

TEST_CASE("oci_config: what Podman hands to crun") {
  const Policy policy = sample("oci-podman.json");
  CHECK(kinds(policy, true) == "pid net ipc uts mnt");
  CHECK(kinds(policy, false) == "cgroup time user");
  REQUIRE(policy.capabilities.size() == 3);
  CHECK(policy.capabilities[0].value.set == CapabilitySet::effective);
  CHECK(policy.capabilities[0].value.most == 0xa80425fb);
  CHECK(policy.capabilities[0].place.mark.line != 0);
  CHECK_FALSE(policy.no_new_privs);
  CHECK(policy.user->value.uid == 0);
  CHECK(has(policy, "/proc/kcore", Kind::masked));
  CHECK(has(policy, "/proc/sys", Kind::read_only));
  CHECK(has(policy, "/sys", Kind::read_only));
  CHECK(has(policy, "/dev", Kind::own));
  CHECK_FALSE(has(policy, "/", Kind::read_only));
  REQUIRE(policy.seccomp);
  REQUIRE(policy.seccomp->value.kind == sbx::SeccompWish::Kind::profile);
  CHECK(policy.seccomp->value.profile->rules.size() == 19);
  CHECK(unchecked(policy) == "process.rlimits\nlinux.resources\n");
  REQUIRE_FALSE(policy.claimed.empty());
  CHECK(policy.claimed[0].value.what == "env container");
  CHECK(policy.claimed[0].value.value == "podman");
  CHECK(policy.claimed[1].value.what == "env PATH");
  CHECK(policy.claimed[1].value.value.empty());
}

TEST_CASE("oci_config: what Docker hands to runc") {
  const Policy policy = sample("oci-docker.json");
  CHECK(kinds(policy, true) == "mnt net uts pid ipc");
  CHECK(policy.seccomp->value.profile->rules.size() == 12);
  CHECK(unchecked(policy) == "process.user.additionalGids\nlinux.resources\nlinux.sysctl\n");
}

TEST_CASE("oci_config: everything that restricts has its place") {
  const Policy policy = parsed(R"({
  "process": {"noNewPrivileges": true, "apparmorProfile": "box", "selinuxLabel": "a:b:c",
    "user": {"uid": 1000, "gid": 1001},
    "capabilities": {"bounding": ["CAP_KILL"], "ambient": []}},
  "root": {"path": "/r", "readonly": true},
  "mounts": [{"destination": "/a/", "options": ["ro"]}, {"destination": "/b", "options": ["ro", "rw"]},
             {"destination": "/c", "options": ["rro"]}, {"destination": "/c", "type": "tmpfs"}],
  "linux": {"namespaces": [{"type": "network", "path": "/proc/1/ns/net"}, {"type": "user"}],
    "seccomp": {"defaultAction": "SCMP_ACT_ERRNO"}, "intelRdt": {"closID": "x"}, "resources": {}},
  "hooks": {"prestart": [{"path": "/x"}]}, "somethingNew": 1})");
  CHECK(policy.no_new_privs->place.mark.line == 2);
  CHECK(policy.label->value.module == "apparmor");
  CHECK(policy.user->value.gid == 1001);
  CHECK(policy.capabilities[0].value.most == sbx::capability_bit("CAP_KILL"));
  CHECK(policy.capabilities[1].value.set == CapabilitySet::ambient);
  CHECK(policy.capabilities[1].value.most == 0);
  CHECK(has(policy, "/", Kind::read_only));
  CHECK(has(policy, "/a", Kind::read_only));
  CHECK_FALSE(has(policy, "/b", Kind::read_only));
  CHECK_FALSE(has(policy, "/c", Kind::read_only));
  CHECK(has(policy, "/c", Kind::own));
  CHECK(kinds(policy, true) == "user");
  CHECK(kinds(policy, false) == "cgroup ipc mnt pid time uts");
  CHECK(policy.seccomp->place.mark.line == 9);
  CHECK(policy.seccomp->place.mark.column == 5);
  CHECK(unchecked(policy) ==
        "process.selinuxLabel\nlinux.namespaces: network at /proc/1/ns/net\nlinux.intelRdt\n");
}

TEST_CASE("oci_config: a bind mount is meant to be writable unless it says otherwise, and which mount is of "
          "cgroups") {
  const Policy policy = parsed(R"({"root": {"path": "/r", "readonly": true}, "mounts": [
    {"destination": "/data", "type": "bind", "options": ["rprivate"]},
    {"destination": "/more", "options": ["rbind", "rw"]},
    {"destination": "/fixed", "type": "bind", "options": ["rbind", "ro"]},
    {"destination": "/proc", "type": "proc"},
    {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["ro"]}]})");
  CHECK(has(policy, "/data", Kind::writable));
  CHECK(has(policy, "/more", Kind::writable));
  CHECK(has(policy, "/fixed", Kind::read_only));
  CHECK_FALSE(has(policy, "/fixed", Kind::writable));
  CHECK_FALSE(has(policy, "/proc", Kind::writable));
  for (const auto& mount : policy.mounts)
    CHECK(mount.value.control_groups == (mount.value.path == "/sys/fs/cgroup"));
}

TEST_CASE("oci_config: without linux.seccomp no filter is asked for, and without linux nothing is said") {
  CHECK(parsed(R"({"linux": {}})").seccomp->value.kind == sbx::SeccompWish::Kind::unconfined);
  CHECK_FALSE(parsed(R"({"process": {}})").seccomp);
  CHECK(parsed(R"({"process": {}})").namespaces.empty());
  CHECK(parsed(R"({"process": {"apparmorProfile": "unconfined"}})").label->value.label.empty());
}

TEST_CASE("oci_config: what is malformed is one line with its place") {
  CHECK(fault("[]") == "config.json:1:1: a map is needed, not a list");
  CHECK(fault(R"({"process": {"noNewPrivileges": "yes"}})") ==
        "config.json:1:33: process.noNewPrivileges: true or false is needed, not a text");
  CHECK(fault(R"({"linux": {"maskedPaths": ["proc"]}})") ==
        "config.json:1:28: linux.maskedPaths: 'proc' is no absolute path");
}
