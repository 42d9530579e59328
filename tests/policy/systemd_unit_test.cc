#include "policy/systemd_unit.h"

#include "rules/capability_names.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

using sbx::CapabilitySet;
using sbx::MountWish;
using sbx::parse_systemd_unit;
using sbx::Policy;
using Kind = sbx::MountWish::Kind;

namespace {

sbx::PolicyFile file(const std::string& name) {
  std::ifstream stream(std::string(SBX_SOURCE_DIR "/tests/policy/units/") + name);
  REQUIRE(stream);
  std::stringstream text;
  text << stream.rdbuf();
  return {name, text.str()};
}

Policy service(const std::string& settings) {
  const auto policy = parse_systemd_unit({{"a.service", "[Service]\n" + settings}});
  INFO((policy ? "" : policy.error().text));
  REQUIRE(policy);
  return *policy;
}

std::string fault(const std::string& text) {
  const auto policy = parse_systemd_unit({{"a.service", text}});
  REQUIRE_FALSE(policy);
  CHECK(policy.error().kind == sbx::ErrorKind::usage);
  return policy.error().text;
}

const sbx::Wish<MountWish>* mount(const Policy& policy, const std::string& path, Kind kind) {
  const auto found = std::find_if(policy.mounts.begin(), policy.mounts.end(), [&](const auto& one) {
    return one.value.path == path && one.value.kind == kind;
  });
  return found == policy.mounts.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> most(const Policy& policy, CapabilitySet set) {
  for (const auto& wish : policy.capabilities)
    if (wish.value.set == set)
      return wish.value.most;
  return std::nullopt;
}

std::string own(const Policy& policy) {
  std::string kinds;
  for (const auto& wish : policy.namespaces)
    kinds += (kinds.empty() ? "" : " ") + wish.value.kind + (wish.value.own ? "" : "=host");
  return kinds;
}

std::string unchecked(const Policy& policy) {
  std::string text;
  for (const auto& row : policy.unchecked)
    text += row.value.what + "\n";
  return text;
}

// What is done about a call on x86_64.
std::string action(const Policy& policy, const std::string& call) {
  const sbx::OciProfile& profile = *policy.seccomp->value.profile;
  for (const sbx::OciRule& rule : profile.rules)
    if (std::find(rule.names.begin(), rule.names.end(), call) != rule.names.end())
      return sbx::action_name(rule.action);
  return sbx::action_name(profile.default_action);
}

std::uint64_t caps(std::initializer_list<const char*> names) {
  std::uint64_t mask = 0;
  for (const char* name : names)
    mask |= sbx::capability_bit(name);
  return mask;
}

} // namespace

TEST_CASE("systemd_unit: a service that asks for nearly everything, and a drop-in that takes some back") {
  const auto parsed =
      parse_systemd_unit({file("hardened.service"), file("hardened.service.d/10-weaker.conf")});
  INFO((parsed ? "" : parsed.error().text));
  REQUIRE(parsed);
  const Policy& policy = *parsed;
  CHECK_FALSE(policy.landlock);

  CHECK(policy.user->value.user == "serve");
  CHECK(policy.user->value.gid == 2000);
  CHECK_FALSE(policy.user->value.never_root);
  CHECK(policy.no_new_privs->value);
  CHECK(policy.no_new_privs->place.mark.line == 11);
  CHECK(policy.no_new_privs->origin.empty());
  CHECK(policy.label->value.module == "apparmor");
  CHECK(policy.label->value.label == "serve");

  CHECK(most(policy, CapabilitySet::bounding) == caps({"CAP_NET_BIND_SERVICE"}));
  CHECK(most(policy, CapabilitySet::effective) == caps({"CAP_NET_BIND_SERVICE"}));
  CHECK(most(policy, CapabilitySet::ambient) == caps({"CAP_NET_BIND_SERVICE"}));

  CHECK(own(policy) == "user ipc uts mnt");

  const auto* srv = mount(policy, "/srv", Kind::read_only);
  REQUIRE(srv);
  CHECK(srv->place.mark.line == 28);
  CHECK(srv->place.mark.column == 15);
  CHECK(srv->origin.empty());
  CHECK(mount(policy, "/opt/with space", Kind::read_only));
  const auto* maybe = mount(policy, "/opt/maybe", Kind::read_only);
  REQUIRE(maybe);
  CHECK(maybe->value.optional);
  CHECK(maybe->place.mark.line == 30);
  CHECK(maybe->place.mark.column == 5);
  CHECK(mount(policy, "/var/lib/serve", Kind::writable));
  CHECK_FALSE(mount(policy, "/mnt", Kind::masked));
  CHECK(mount(policy, "/media", Kind::masked));
  CHECK(mount(policy, "/var/cache", Kind::own));
  CHECK(mount(policy, "/var/cache", Kind::read_only));
  CHECK(mount(policy, "/data", Kind::read_only));
  CHECK(mount(policy, "/tmp", Kind::own)->origin == "systemd");
  CHECK(mount(policy, "/dev", Kind::read_only));
  CHECK(mount(policy, "/etc", Kind::read_only));
  CHECK_FALSE(mount(policy, "/", Kind::read_only));
  CHECK(mount(policy, "/home", Kind::read_only));
  CHECK(mount(policy, "/proc/kcore", Kind::masked));
  CHECK(mount(policy, "/sys/fs/cgroup", Kind::read_only));

  CHECK(unchecked(policy) == "IPAddressDeny=any\nProtectProc=invisible\nInaccessiblePaths=/home/%u\n"
                             "RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictNamespaces=yes\n"
                             "RestrictSUIDSGID=yes\n");

  REQUIRE(policy.seccomp);
  CHECK(policy.seccomp->place.mark.line == 42);
  REQUIRE(policy.seccomp->value.kind == sbx::SeccompWish::Kind::profile);
  CHECK(policy.seccomp->value.profile->arches == std::vector<std::string>{"SCMP_ARCH_NATIVE"});
  CHECK(action(policy, "read") == "allow");
  CHECK(action(policy, "execve") == "allow"); // of @default, and of no line
  CHECK(action(policy, "setrlimit") == "errno:1");
  CHECK(action(policy, "ptrace") == "errno:38");
  CHECK(action(policy, "mount") == "errno:1");
  CHECK(action(policy, "init_module") == "errno:1");
  CHECK(action(policy, "call_of_tomorrow") == "errno:38");

  std::string notes;
  for (const auto& note : policy.notes)
    notes += note.value + "\n";
  CHECK(notes.find("ExecStartPre=+/usr/bin/prepare runs without this sandbox") != std::string::npos);
  CHECK(notes.find("JoinsNamespaceOf=other.service") != std::string::npos);
  CHECK(notes.find("no setting FrobnicateSandbox") != std::string::npos);
  CHECK(notes.find("X-Vendor") == std::string::npos);
}

TEST_CASE("systemd_unit: DynamicUser implies what systemd does for it") {
  const auto parsed = parse_systemd_unit({file("dynamic.service")});
  REQUIRE(parsed);
  const Policy& policy = *parsed;
  CHECK(policy.user->value.never_root);
  CHECK(policy.no_new_privs->origin == "systemd");
  CHECK(policy.no_new_privs->place.mark.line == 2);
  CHECK(mount(policy, "/", Kind::read_only));
  CHECK(mount(policy, "/home", Kind::read_only));
  CHECK(mount(policy, "/var/tmp", Kind::own));
  CHECK(own(policy) == "mnt");
  CHECK(most(policy, CapabilitySet::bounding) == 0);
  CHECK(action(policy, "mount") == "kill_process");
  CHECK(action(policy, "settimeofday") == "errno:13");
  CHECK(action(policy, "read") == "allow");
  CHECK(action(policy, "call_of_tomorrow") == "allow");
  CHECK(unchecked(policy) == "RestrictSUIDSGID=yes\n");
}

TEST_CASE("systemd_unit: what is off, or emptied again, asks for nothing") {
  const Policy policy =
      service("NoNewPrivileges=no\nPrivateTmp=false\nProtectSystem=off\nUser=x\nUser=\n"
              "SystemCallFilter=@mount\nSystemCallFilter=\nReadOnlyPaths=/a\nReadOnlyPaths=\n"
              "RestrictRealtime=no\nRestrictNamespaces=no\nIPAddressDeny=any\nIPAddressDeny=\n"
              "RestrictAddressFamilies=\nCapabilityBoundingSet=~\nProtectProc=default\nProcSubset=all\n");
  CHECK_FALSE(policy.no_new_privs);
  CHECK_FALSE(policy.user);
  CHECK_FALSE(policy.seccomp);
  CHECK(policy.mounts.empty());
  CHECK(policy.namespaces.empty());
  CHECK(policy.capabilities.empty());
  CHECK(policy.unchecked.empty());
  CHECK(policy.notes.empty());
}

TEST_CASE("systemd_unit: no_new_privs is claimed only where every version sets it") {
  CHECK_FALSE(service("User=x\nSystemCallFilter=@system-service\nRestrictRealtime=yes\n").no_new_privs);
}

TEST_CASE("systemd_unit: capability sets are merged line by line") {
  CHECK(most(service("CapabilityBoundingSet=CAP_KILL\nCapabilityBoundingSet=cap_chown\n"),
             CapabilitySet::bounding) == caps({"CAP_KILL", "CAP_CHOWN"}));
  CHECK(most(service("CapabilityBoundingSet=~CAP_KILL CAP_CHOWN\nProtectClock=yes\n"),
             CapabilitySet::permitted) == ~caps({"CAP_KILL", "CAP_CHOWN", "CAP_SYS_TIME", "CAP_WAKE_ALARM"}));
  CHECK(most(service(
                 "CapabilityBoundingSet=CAP_KILL\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_CHOWN\n"),
             CapabilitySet::bounding) == caps({"CAP_CHOWN"}));
  const Policy modules = service("ProtectKernelModules=yes\n");
  CHECK(most(modules, CapabilitySet::bounding) == ~caps({"CAP_SYS_MODULE"}));
  CHECK(modules.capabilities[0].origin == "systemd");
}

TEST_CASE("systemd_unit: filters that look at arguments are some filter, and said to be unchecked") {
  const Policy policy = service("MemoryDenyWriteExecute=yes\n");
  CHECK(policy.seccomp->value.kind == sbx::SeccompWish::Kind::some);
  CHECK(policy.seccomp->origin == "systemd");
  CHECK(policy.seccomp->place.mark.line == 2);
  CHECK(unchecked(policy) == "MemoryDenyWriteExecute=yes\n");
  CHECK(service("RestrictNamespaces=~user net\n").seccomp->value.kind == sbx::SeccompWish::Kind::some);
}

TEST_CASE("systemd_unit: filters by groups alone are rebuilt whole") {
  const Policy policy = service("ProtectClock=yes\nProtectHostname=yes\n");
  CHECK(policy.seccomp->origin == "systemd");
  CHECK(action(policy, "settimeofday") == "errno:1");
  CHECK(action(policy, "sethostname") == "errno:1");
  CHECK(action(policy, "read") == "allow");
  CHECK(policy.seccomp->value.profile->arches.size() == 4); // each way into the kernel has its own
  const Policy native = service("SystemCallArchitectures=native x86 riscv64\n");
  CHECK(action(native, "read") == "allow");
  CHECK(native.seccomp->value.profile->arches ==
        std::vector<std::string>{"SCMP_ARCH_NATIVE", "SCMP_ARCH_X86"});
}

TEST_CASE("systemd_unit: a first line that denies begins a list of what is denied") {
  const Policy policy = service("SystemCallFilter=~@mount ptrace:kill\nSystemCallFilter=umount2\n"
                                "SystemCallErrorNumber=13\n");
  CHECK(action(policy, "mount") == "errno:13");
  CHECK(action(policy, "umount2") == "allow");
  CHECK(action(policy, "ptrace") == "kill_process");
}

TEST_CASE("systemd_unit: with another root, paths of the host are not compared") {
  const Policy policy = service("RootDirectory=/srv/root\nReadOnlyPaths=/a -+/b\nProtectSystem=strict\n");
  CHECK_FALSE(mount(policy, "/a", Kind::read_only));
  CHECK(mount(policy, "/b", Kind::read_only)->value.optional);
  CHECK(unchecked(policy) == "RootDirectory=/srv/root\nReadOnlyPaths=/a\n");
}

TEST_CASE("systemd_unit: namespaces that are joined by a path are not known to be its own") {
  const Policy policy = service("PrivateNetwork=yes\nNetworkNamespacePath=/run/netns/x\nPrivateIPC=yes\n");
  CHECK(own(policy) == "ipc");
  CHECK(unchecked(policy) == "NetworkNamespacePath=/run/netns/x\n");
}

TEST_CASE("systemd_unit: what is malformed is one line with its place") {
  CHECK(fault("[Unit]\nDescription=x\n") ==
        "a.service:1:1: no [Service] section sets anything, so nothing says how it is sandboxed");
  CHECK(fault("[Service\n") == "a.service:1:1: a section is written [Service], alone on its line");
  CHECK(fault("User=x\n") == "a.service:1:1: an assignment stands before the first [section]");
  CHECK(fault("[Service]\n  what is this\n") ==
        "a.service:2:3: the line is neither a [section] nor an assignment KEY=VALUE");
  CHECK(fault("[Service]\nPrivateTmp= maybe\n") ==
        "a.service:2:13: PrivateTmp: 'maybe' is none of: yes no disconnected");
  CHECK(fault("[Service]\nReadOnlyPaths=/a \\\n  b\n") ==
        "a.service:3:3: ReadOnlyPaths: 'b' is no absolute path");
  CHECK(fault("[Service]\nReadOnlyPaths=/a/../b\n") ==
        "a.service:2:15: ReadOnlyPaths: '/a/../b' goes up with '..', and systemd takes no such path");
  CHECK(fault("[Service]\nReadOnlyPaths=\"/a\n") ==
        "a.service:2:15: ReadOnlyPaths: a quote in it is never closed, or a backslash ends it");
  CHECK(fault("[Service]\nCapabilityBoundingSet=CAP_KILL CAP_FLY\n") ==
        "a.service:2:32: CapabilityBoundingSet: no capability is called 'CAP_FLY'");
  CHECK(fault("[Service]\nSystemCallFilter=@nothing\n") ==
        "a.service:2:18: SystemCallFilter: '@nothing' is a group that is not known here");
  CHECK(
      fault("[Service]\nSystemCallFilter=~read:EWHAT\n") ==
      "a.service:2:18: SystemCallFilter: 'read:EWHAT' ends with no errno from 0 to 4095, its name, or kill");
  CHECK(fault("[Service]\nSystemCallErrorNumber=0\n") ==
        "a.service:2:23: SystemCallErrorNumber: '0' is no errno from 1 to 4095, its name, or kill");
  CHECK(fault("[Service]\nSystemCallArchitectures=z80\n") ==
        "a.service:2:25: SystemCallArchitectures: 'z80' is no architecture that systemd knows");
  CHECK(fault("[Service]\nRestrictNamespaces=net moon\n") ==
        "a.service:2:20: RestrictNamespaces: 'net moon' is none of: yes no");
  CHECK(fault("[Service]\nRestrictAddressFamilies=INET\n") ==
        "a.service:2:25: RestrictAddressFamilies: 'INET' is no address family such as AF_UNIX");
  CHECK(fault("[Service]\nUser=4294967295\n") == "a.service:2:6: User: '4294967295' is no user or group");
  CHECK(fault("[Service]\nStateDirectory=/abs\n") ==
        "a.service:2:16: StateDirectory: '/abs' is no relative path without '..'");
}

TEST_CASE("systemd_unit: long lists and many continuation lines cost little") {
  std::string lines = "[Service]\nReadOnlyPaths=";
  for (int i = 0; i < 250'000; ++i)
    lines += "/\\\n";
  CHECK(fault(lines + "/\n") == "a.service:2:1: ReadOnlyPaths: more than 1024 words in all");
  std::string groups = "[Service]\nSystemCallFilter=";
  for (int i = 0; i < 1024; ++i)
    groups += "@known ";
  CHECK(parse_systemd_unit({{"a.service", groups}}));
  CHECK(fault(groups + "@known") == "a.service:2:1: SystemCallFilter: more than 1024 words in all");
  CHECK(fault("[Service]\n" + std::string(1U << 20, '#')).find("a.service: ") == 0);
}
