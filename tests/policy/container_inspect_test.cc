#include "policy/container_inspect.h"

#include "rules/capability_names.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

using sbx::CapabilitySet;
using sbx::parse_container_inspect;
using sbx::Policy;
using sbx::SeccompWish;
using Kind = sbx::MountWish::Kind;

namespace {

Policy parsed(const std::string& text) {
  const auto policy = parse_container_inspect({"c.json", text});
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
  const auto policy = parse_container_inspect({"c.json", text});
  REQUIRE_FALSE(policy);
  return policy.error().text;
}

std::string kinds(const Policy& policy, bool own) {
  std::string text;
  for (const auto& wish : policy.namespaces)
    if (wish.value.own == own)
      text += (text.empty() ? "" : " ") + wish.value.kind;
  return text;
}

std::uint64_t bounding(const Policy& policy) {
  const auto found = std::find_if(policy.capabilities.begin(), policy.capabilities.end(),
                                  [](const auto& one) { return one.value.set == CapabilitySet::bounding; });
  REQUIRE(found != policy.capabilities.end());
  return found->value.most;
}

const sbx::Wish<sbx::MountWish>* mount(const Policy& policy, const std::string& path, Kind kind) {
  const auto found = std::find_if(policy.mounts.begin(), policy.mounts.end(), [&](const auto& one) {
    return one.value.path == path && one.value.kind == kind;
  });
  return found == policy.mounts.end() ? nullptr : &*found;
}

std::string unchecked(const Policy& policy) {
  std::string text;
  for (const auto& row : policy.unchecked)
    text += row.value.what + "\n";
  return text;
}

std::string claim(const Policy& policy, const std::string& what) {
  for (const auto& one : policy.claimed)
    if (one.value.what == what)
      return one.value.value;
  return "no such claim";
}

constexpr std::uint64_t every = ~std::uint64_t{0};

} // namespace

TEST_CASE("container_inspect: Docker's defaults are its own wishes") {
  const Policy policy = sample("docker-default.json");
  CHECK(policy.seccomp->value.kind == SeccompWish::Kind::reference);
  CHECK(policy.seccomp->value.reference == "docker-default");
  CHECK(policy.seccomp->origin == "docker");
  CHECK(bounding(policy) == 0xa80425fb);
  CHECK(policy.capabilities[0].origin == "docker");
  CHECK(kinds(policy, true) == "mnt net pid ipc uts");
  CHECK(kinds(policy, false) == "cgroup");
  CHECK(unchecked(policy) == "HostConfig.UsernsMode=\n");
  REQUIRE(mount(policy, "/proc/kcore", Kind::masked));
  CHECK(mount(policy, "/proc/kcore", Kind::masked)->value.optional);
  CHECK(mount(policy, "/proc/sys", Kind::read_only));
  CHECK_FALSE(policy.no_new_privs);
  CHECK_FALSE(policy.user);
  CHECK(policy.notes.size() == 1);
}

TEST_CASE("container_inspect: a Docker container that is held tight") {
  const Policy policy = sample("docker-hard.json");
  CHECK(policy.seccomp->value.kind == SeccompWish::Kind::profile);
  CHECK(policy.seccomp->value.profile->rules.size() == 1);
  CHECK(policy.seccomp->origin.empty());
  CHECK(bounding(policy) == sbx::capability_bit("CAP_NET_BIND_SERVICE"));
  CHECK(policy.no_new_privs->value);
  CHECK(policy.user->value.uid == 1000);
  CHECK(policy.user->value.gid == 1001);
  CHECK(mount(policy, "/", Kind::read_only));
  CHECK(mount(policy, "/doc", Kind::read_only));
  CHECK(mount(policy, "/run", Kind::own));
  CHECK(claim(policy, "label openshell.ai/managed-by") == "openshell");
  CHECK(claim(policy, "env OPENSHELL_SANDBOX") == "1");
  CHECK(claim(policy, "env SECRET_TOKEN").empty());
}

TEST_CASE("container_inspect: Docker containers that are held loosely") {
  const Policy privileged = sample("docker-privileged.json");
  CHECK(privileged.seccomp->value.kind == SeccompWish::Kind::unconfined);
  CHECK(bounding(privileged) == every);
  CHECK(kinds(privileged, false) == "net pid cgroup");
  CHECK(privileged.label->value.module == "selinux");
  CHECK(privileged.mounts.empty());
  const Policy unconfined = sample("docker-unconfined.json");
  CHECK(unconfined.seccomp->value.kind == SeccompWish::Kind::unconfined);
  CHECK(unconfined.seccomp->origin.empty());
  CHECK(bounding(unconfined) == (every & ~sbx::capability_bit("CAP_NET_RAW")));
  CHECK(unconfined.label->value.module == "apparmor");
  CHECK(unconfined.label->value.label.empty());
  CHECK(unconfined.user->value.user == "nobody");
  CHECK(unconfined.mounts.empty());
}

TEST_CASE("container_inspect: Podman prints the capabilities that it came to, and no masked paths") {
  const Policy policy = sample("podman-default.json");
  CHECK(policy.seccomp->value.reference == "podman-default");
  CHECK(bounding(policy) == 0xa80425fb); // its configuration asked for more than its own default
  CHECK(policy.capabilities[0].origin.empty());
  CHECK(kinds(policy, true) == "mnt net pid ipc uts");
  CHECK(kinds(policy, false) == "cgroup");
  CHECK(mount(policy, "/proc/kcore", Kind::masked)->origin == "podman");
  CHECK(claim(policy, "env container") == "podman");
  CHECK(claim(policy, "annotation io.container.manager") == "libpod");
}

TEST_CASE("container_inspect: a Podman container that is held tight") {
  const Policy policy = sample("podman-hard.json");
  CHECK(policy.seccomp->value.kind == SeccompWish::Kind::some);
  CHECK(policy.no_new_privs->value);
  CHECK(bounding(policy) == sbx::capability_bit("CAP_NET_BIND_SERVICE"));
  CHECK(kinds(policy, false) == "uts cgroup");
  CHECK(mount(policy, "/tmp", Kind::own));
  CHECK_FALSE(mount(policy, "/proc/kcore", Kind::masked)); // it was called with unmask=
  CHECK(unchecked(policy) == "seccomp=/etc/sec.json\nHostConfig.UsernsMode=\nmasked and read-only paths\n");
  CHECK(claim(policy, "label openshell.managed") == "true");
}

TEST_CASE("container_inspect: a privileged Podman container") {
  const Policy policy = sample("podman-privileged.json");
  CHECK(policy.seccomp->value.kind == SeccompWish::Kind::unconfined);
  CHECK(policy.seccomp->origin == "podman");
  CHECK(policy.mounts.empty());
}

TEST_CASE("container_inspect: namespaces of another container are not known") {
  const Policy policy = parsed(
      R"({"HostConfig": {"NetworkMode": "container:abc", "PidMode": "x y", "IpcMode": "shareable", "UTSMode": "host",
      "CgroupnsMode": "private", "UsernsMode": "host", "Runtime": "runsc", "SecurityOpt": ["no-new-privileges:false", "whatever=1"],
      "MaskedPaths": null}, "ProcessLabel": "u:r:t:s0", "AppArmorProfile": "docker-default"})");
  CHECK(kinds(policy, true) == "mnt ipc cgroup");
  CHECK(kinds(policy, false) == "uts user");
  CHECK(unchecked(policy) == "ProcessLabel=u:r:t:s0\nwhatever=1\nHostConfig.NetworkMode=container:abc\n"
                             "HostConfig.PidMode=x y\nHostConfig.MaskedPaths\nHostConfig.ReadonlyPaths\n");
  CHECK(policy.label->value.label == "docker-default");
  CHECK_FALSE(policy.no_new_privs);
  CHECK(policy.notes[0].value.find("the runtime runsc") == 0);
}

TEST_CASE("container_inspect: Docker adds and drops capabilities in its own order") {
  const auto caps = [](const std::string& options) {
    return bounding(parsed(R"({"HostConfig": {)" + options + "}}"));
  };
  CHECK(caps(R"("CapAdd": ["net_admin"], "CapDrop": ["CAP_CHOWN"])") == ((0xa80425fb | 1U << 12) & ~1U));
  CHECK(caps(R"("CapAdd": ["ALL"], "CapDrop": ["ALL"])") == every);
  CHECK(caps(R"("CapDrop": ["all"])") == 0);
}

TEST_CASE("container_inspect: what is malformed is one line with its place") {
  CHECK(fault("[]") == "c.json:1:1: 0 containers: give the output about one");
  CHECK(fault("{\"Config\": {}}") == "c.json:1:1: HostConfig is missing");
  CHECK(fault(R"({"HostConfig": {"SecurityOpt": ["no-new-privileges=1"]}})") ==
        "c.json:1:33: HostConfig.SecurityOpt: 'no-new-privileges=1' is neither true nor false");
}

TEST_CASE("container_inspect: what Podman calls shareable may be the host's, and is not compared then") {
  const std::string start = R"({"ConmonPidFile": "", "HostConfig": {"IpcMode": "shareable"})";
  const auto has_ipc = [](const Policy& policy) {
    return (kinds(policy, true) + " ").find(" ipc ") != std::string::npos;
  };
  CHECK(
      has_ipc(parsed(start + R"(, "Config": {"CreateCommand": ["podman", "run", "--ipc=private", "x"]}})")));
  for (const char* rest : {"}", R"(, "Config": {"CreateCommand": ["podman", "run", "--ipc", "host", "x"]}})",
                           R"(, "Config": {"CreateCommand": ["podman", "run", "--ipc=host", "x"]}})"}) {
    const Policy policy = parsed(start + rest);
    CHECK_FALSE(has_ipc(policy));
    CHECK(kinds(policy, false).empty());
    CHECK(std::any_of(policy.unchecked.begin(), policy.unchecked.end(), [](const auto& one) {
      return one.value.what == "HostConfig.IpcMode=shareable" &&
             one.value.why == "podman calls the host's namespace so too";
    }));
  }
}

TEST_CASE("container_inspect: Podman prints null where a container has no capabilities") {
  CHECK(bounding(parsed(R"({"BoundingCaps": null, "HostConfig": {}})")) == 0);
  CHECK(bounding(parsed(R"({"BoundingCaps": ["CAP_KILL"], "HostConfig": {}})")) ==
        sbx::capability_bit("CAP_KILL"));
  CHECK(parsed(R"({"ConmonPidFile": "", "HostConfig": {}})").capabilities.empty());
}

TEST_CASE("container_inspect: paths that Podman was told to mask, and those that it makes for a systemd") {
  const Policy policy = parsed(R"({"ConmonPidFile": "", "HostConfig": {"ReadonlyRootfs": true}, "Config": {
    "SystemdMode": true, "CreateCommand": ["podman", "run", "--security-opt", "mask=/etc/a:/etc/b:c",
    "--security-opt=mask=/srv", "x"]}})");
  for (const char* path : {"/etc/a", "/etc/b", "/srv", "/proc/kcore"})
    CHECK(mount(policy, path, Kind::masked));
  CHECK(mount(policy, "/etc/a", Kind::masked)->place.mark.line == 2);
  CHECK_FALSE(mount(policy, "c", Kind::masked));
  REQUIRE(mount(policy, "/var/log/journal", Kind::writable));
  CHECK(mount(policy, "/var/log/journal", Kind::writable)->value.optional);
}
