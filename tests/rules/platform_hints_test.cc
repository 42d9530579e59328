#include "rules/platform_hints.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace sbx;

namespace {

std::vector<std::string> ids(const std::vector<PlatformString>& strings) {
  std::vector<std::string> found;
  for (const PlatformHint& hint : platform_hints(strings))
    found.push_back(hint.kind + " " + hint.id);
  return found;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("platform_hints: kernels are known by their release and version") {
  CHECK(ids({{"release", "6.12.72-linuxkit"}}) == Ids{"platform linuxkit"});
  CHECK(ids({{"release", "5.15.153.1-microsoft-standard-WSL2"}}) == Ids{"platform wsl2"});
  CHECK(ids({{"release", "6.1.79-99.167.amzn2023.x86_64"}}) == Ids{"platform al2023"});
  CHECK(ids({{"version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"}}) ==
        Ids{"platform gvisor"});
  CHECK(ids({{"version", "Linux version 6.12.87 (root@libkrunfw) (gcc 14)"}}) == Ids{"platform libkrun"});
}

TEST_CASE("platform_hints: hypervisors are known by cpuid, ACPI and DMI") {
  CHECK(ids({{"cpuid", "KVMKVMKVM"}}) == Ids{"hypervisor kvm"});
  CHECK(ids({{"acpi", "FIRECK"}, {"cpuid", "KVMKVMKVM"}}) == Ids{"hypervisor kvm", "hypervisor firecracker"});
  CHECK(ids({{"dmi", "QEMU"}}) == Ids{"hypervisor qemu"});
}

TEST_CASE("platform_hints: containers are known by their cgroup and by marker files") {
  CHECK(ids({{"cgroup", "0::/system.slice/docker-0123456789ab.scope"}}) == Ids{"container docker"});
  CHECK(ids({{"cgroup", "12:pids:/kubepods/burstable/pod1/cri-containerd-2.scope"}}) ==
        Ids{"container kubernetes", "container containerd"});
  CHECK(ids({{"marker", "/.dockerenv"}}) == Ids{"container docker_marker"});
}

TEST_CASE("platform_hints: a machine that says nothing gives no hint") {
  CHECK(ids({}).empty());
  CHECK(ids({{"release", ""}, {"version", ""}, {"cpuid", ""}, {"cgroup", "0::/\n"}, {"dmi", ""}}).empty());
  CHECK(ids({{"release", "6.18.44-fc-v595"}, {"cgroup", "0::/user.slice/user-1000.slice"}}).empty());
}

TEST_CASE("platform_hints: a string says something only where it belongs") {
  CHECK(ids({{"cgroup", "KVMKVMKVM"}, {"release", "/docker/"}, {"dmi", "-linuxkit"}, {"nowhere", "QEMU"}})
            .empty());
}

TEST_CASE("platform_hints: what two strings say is said once, with the first as evidence") {
  const auto hints = platform_hints({{"acpi", "BOCHS "}, {"dmi", "QEMU"}});
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].evidence == "acpi BOCHS ");
}

TEST_CASE("platform_hints: the evidence is the line it stands in, escaped and bounded") {
  const auto hints =
      platform_hints({{"cgroup", "1:a:/x\n2:b:/docker/\x1b[2J" + std::string(1 << 20, 'y') + "\n3:c:/z"}});
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].evidence.starts_with("cgroup 2:b:/docker/\\x1b[2Jyyy"));
  CHECK(hints[0].evidence.find('\n') == std::string::npos);
  CHECK(hints[0].evidence.find('z') == std::string::npos);
  CHECK(hints[0].evidence.size() < 256);
}

TEST_CASE("platform_hints: every hint has an id, a name, one of three kinds, and evidence") {
  const std::string every =
      "-linuxkit-microsoft-standard-WSL2-orbstack-/docker/ libpod- kubepods KVMKVMKVM QEMU xen";
  for (const char* where : {"release", "version", "cpuinfo", "cmdline", "cpuid", "dmi", "acpi", "cgroup",
                            "marker", "device_tree"})
    for (const PlatformHint& hint : platform_hints({{where, every}})) {
      CHECK_FALSE(hint.id.empty());
      CHECK_FALSE(hint.name.empty());
      CHECK((hint.kind == "platform" || hint.kind == "hypervisor" || hint.kind == "container"));
      CHECK(hint.evidence.starts_with(where));
      CHECK(std::all_of(hint.id.begin(), hint.id.end(), [](char c) { return c == '_' || std::isalnum(c); }));
    }
}
