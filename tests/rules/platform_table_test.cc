// Each platform by the strings that real machines of it show: exactly that one, its notes, and no other.
#include "rules/platform_conflicts.h"
#include "rules/platform_notes.h"
#include "rules/platform_signs.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace sbx;

namespace {

using Ids = std::vector<std::string>;

struct Machine {
  const char* name;
  std::vector<PlatformString> strings;
  Ids hints;         // "likely" ones with a +
  Ids with, without; // notes where the kernel offers Landlock, and where it does not
};

Ids hint_ids(const std::vector<PlatformHint>& hints) {
  Ids ids;
  for (const PlatformHint& hint : hints)
    ids.push_back(hint.id + (hint.likely() ? "+" : ""));
  return ids;
}

Ids note_ids(const std::vector<PlatformHint>& hints, bool landlock) {
  Ids ids;
  for (const PlatformNote* note : relevant_notes(hints, landlock))
    ids.emplace_back(note->id);
  return ids;
}

Ids conflict_ids(const std::vector<PlatformHint>& hints, std::optional<bool> initial = std::nullopt) {
  Ids ids;
  for (const PlatformConflict& conflict : platform_conflicts(hints, initial))
    ids.push_back(conflict.id);
  return ids;
}

const std::vector<Machine> machines{
    {"Docker Desktop, in a container with a directory of the Mac's",
     {{"release", "6.12.76-linuxkit"},
      {"mount", "overlay"},
      {"mount", "fakeowner"},
      {"mount_source", "/run/host_mark/Users"},
      {"os_release", "ID=debian"},
      {"dmi", "Apple Virtualization Generic Platform"}},
     {"docker_desktop+", "linuxkit", "apple"},
     {"fakeowner_rules", "linuxkit_version"},
     {"fakeowner_rules", "linuxkit_version"}},
    {"Docker Desktop's machine itself",
     {{"release", "6.12.76-linuxkit"}, {"nodename", "docker-desktop"}},
     {"docker_desktop+", "linuxkit"},
     {"linuxkit_version"},
     {"linuxkit_version"}},
    {"plain LinuxKit",
     {{"release", "6.6.71-linuxkit"}},
     {"linuxkit"},
     {"linuxkit_version"},
     {"linuxkit_version"}},
    {"OrbStack",
     {{"release", "7.0.5-orbstack-00330-g1b252bd3edea"}, {"marker", "/opt/orbstack-guest"}},
     {"orbstack+"},
     {"orbstack_userns"},
     {"orbstack_landlock", "orbstack_userns"}},
    {"Colima",
     {{"release", "6.8.0-64-generic"},
      {"version", "Linux version 6.8.0-64-generic (buildd@lcy02) #67-Ubuntu"},
      {"os_release", "ID=ubuntu"},
      {"nodename", "colima"},
      {"marker", "/mnt/lima-cidata"}},
     {"colima+", "lima", "ubuntu"},
     {},
     {}},
    {"Lima",
     {{"nodename", "lima-"}, {"marker", "/mnt/lima-cidata"}, {"os_release", "ID=debian"}},
     {"lima+"},
     {},
     {}},
    {"Rancher Desktop on a Mac",
     {{"nodename", "lima-rancher-desktop"}, {"marker", "/mnt/lima-cidata"}, {"os_release", "ID=alpine"}},
     {"rancher_desktop+", "lima"},
     {},
     {}},
    {"Rancher Desktop on Windows",
     {{"release", "6.6.87.2-microsoft-standard-WSL2"},
      {"marker", "/mnt/wsl"},
      {"marker", "/mnt/wsl/rancher-desktop"}},
     {"wsl2+", "rancher_desktop"},
     {"wsl2_securityfs"},
     {"wsl2_securityfs", "wsl2_lsm"}},
    {"Podman machine",
     {{"release", "7.0.12-201.fc44.aarch64"},
      {"version", "Linux version 7.0.12 (mockbuild@x.fedoraproject.org)"},
      {"os_release", "ID=fedora"},
      {"os_release", "VARIANT_ID=podman-machine-os"},
      {"marker", "/etc/podman-machine"}},
     {"podman_machine+", "fedora"},
     {},
     {}},
    {"Podman machine of before Podman 6",
     {{"os_release", "ID=fedora"},
      {"os_release", "VARIANT_ID=coreos"},
      {"marker", "/etc/containers/podman-machine"}},
     {"podman_machine+", "fedora_coreos"},
     {},
     {}},
    {"WSL2",
     {{"release", "6.6.87.2-microsoft-standard-WSL2"},
      {"marker", "/run/WSL"},
      {"marker", "/proc/sys/fs/binfmt_misc/WSLInterop-late"},
      {"environ", "WSL_DISTRO_NAME"},
      {"device", "/dev/dxg"},
      {"cpuid", "Microsoft Hv"},
      {"os_release", "ID=ubuntu"}},
     {"wsl2+", "hyperv"},
     {"wsl2_securityfs"},
     {"wsl2_securityfs", "wsl2_lsm"}},
    {"WSL2 with a kernel of the user's own",
     {{"release", "6.18.1-custom"},
      {"environ", "WSL_INTEROP"},
      {"marker", "/proc/sys/fs/binfmt_misc/WSLInterop"}},
     {"wsl2+"},
     {"wsl2_securityfs"},
     {"wsl2_securityfs", "wsl2_lsm"}},
    {"Apple container",
     {{"release", "6.1.68"},
      {"cmdline", "console=hvc0 lsm=lockdown,capability,landlock,yama,apparmor oops=panic"}},
     {"apple_container"},
     {"apple_cmdline"},
     {"apple_cmdline"}},
    {"Firecracker",
     {{"release", "6.1.102"},
      {"acpi", "FIRECK"},
      {"cpuid", "KVMKVMKVM"},
      {"cmdline", "pci=off reboot=k virtio_mmio.device=4K@0xd0000000:5"},
      {"device", "/sys/bus/virtio/devices/virtio0"}},
     {"kvm+", "firecracker+"},
     {},
     {"firecracker_kernels"}},
    {"libkrun",
     {{"release", "6.12.109"},
      {"version", "Linux version 6.12.109 (root@libkrunfw) (gcc 14)"},
      {"cmdline", "reboot=k KRUN_INIT=/bin/zp virtio_mmio.device=4K@0xd0000000:5"},
      {"marker", "/init.krun"},
      {"root_type", "virtiofs"},
      {"cpuid", "KVMKVMKVM"}},
     {"libkrun+", "kvm"},
     {},
     {"libkrun_landlock"}},
    {"Kata Containers",
     {{"release", "6.18.35"}, {"cmdline", "quiet agent.log=debug"}, {"mount_source", "kataShared"}},
     {"kata+"},
     {},
     {"kata_landlock"}},
    {"gVisor",
     {{"release", "4.19.0-gvisor"},
      {"version", "Linux version 4.19.0-gvisor #1 SMP Sun Jan 10 15:06:54 PST 2016"}},
     {"gvisor"},
     {"gvisor_kernel"},
     {"gvisor_kernel"}},
    {"Container-Optimized OS",
     {{"release", "6.1.85+"}, {"os_release", "ID=cos"}, {"dmi", "Google Compute Engine"}, {"acpi", "Google"}},
     {"cos", "gce+"},
     {},
     {}},
    {"Bottlerocket",
     {{"release", "6.1.128"}, {"os_release", "ID=bottlerocket"}, {"dmi", "Amazon EC2"}, {"acpi", "AMAZON"}},
     {"bottlerocket", "ec2+"},
     {},
     {"bottlerocket_landlock"}},
    {"Talos", {{"release", "6.12.6-talos"}, {"os_release", "ID=talos"}}, {"talos+"}, {}, {"talos_landlock"}},
    {"Flatcar", {{"release", "6.1.96-flatcar"}, {"os_release", "ID=flatcar"}}, {"flatcar+"}, {}, {}},
    {"Amazon Linux 2023",
     {{"release", "6.1.141-165.249.amzn2023.x86_64"},
      {"os_release", "ID=amzn"},
      {"os_release", "ID=amzn VERSION_ID=2023"}},
     {"al2023+"},
     {},
     {"al2023_landlock"}},
    {"Amazon Linux 2", {{"os_release", "ID=amzn"}, {"os_release", "ID=amzn VERSION_ID=2"}}, {}, {}, {}},
    {"Azure Linux",
     {{"release", "6.6.104.2-1.azl3"}, {"os_release", "ID=azurelinux"}},
     {"azure_linux"},
     {},
     {}},
    {"ChromeOS' Linux",
     {{"marker", "/dev/.cros_milestone"}, {"nodename", "penguin"}, {"cgroup", "0::/lxc.payload.penguin"}},
     {"crostini+", "lxc"},
     {},
     {}},
    {"a runner of GitHub's",
     {{"release", "6.11.0-1018-azure"},
      {"version", "Linux version 6.11.0-1018-azure (buildd@lcy02)"},
      {"environ", "GITHUB_ACTIONS"},
      {"environ", "ImageOS"},
      {"os_release", "ID=ubuntu"},
      {"cpuid", "Microsoft Hv"},
      {"dmi", "Microsoft Corporation"},
      {"dmi", "Virtual Machine"},
      {"acpi", "VRTUAL"},
      {"device", "/sys/bus/vmbus"}},
     {"azure+", "github_runner+", "ubuntu", "hyperv+"},
     {"github_userns"},
     {"github_userns"}},
    {"Lambda", {{"environ", "AWS_LAMBDA_FUNCTION_NAME"}, {"os_release", "ID=amzn"}}, {"lambda"}, {}, {}},
    {"Fargate",
     {{"environ", "ECS_CONTAINER_METADATA_URI_V4"}, {"cgroup", "0::/ecs/0123abcd"}},
     {"ecs+"},
     {"fargate_userns"},
     {"fargate_userns"}},
    {"Proxmox", {{"release", "6.8.12-4-pve"}}, {"proxmox"}, {}, {"proxmox_landlock"}},
    {"Raspberry Pi OS",
     {{"release", "6.18.39+rpt-rpi-v8"}, {"device_tree", "Raspberry Pi 5 Model B"}},
     {"raspberry_pi+"},
     {},
     {"raspberry_pi_landlock"}},
    {"a guest of QEMU's on arm64",
     {{"device_tree", "linux,dummy-virt"}, {"device", "/sys/firmware/qemu_fw_cfg"}},
     {"qemu+", "dummy_virt"},
     {},
     {}},
    {"one of another's there", {{"device_tree", "linux,dummy-virt"}}, {"dummy_virt"}, {}, {}},
    {"a guest of VMware's", {{"cpuid", "VMwareVMware"}, {"dmi", "VMware, Inc."}}, {"vmware+"}, {}, {}},
    {"a container of Docker's with its marker",
     {{"cgroup", "0::/docker/0123"}, {"marker", "/.dockerenv"}},
     {"docker+", "docker_marker"},
     {},
     {}},
    {"a machine that says nothing",
     {{"release", "6.18.44"}, {"os_release", "ID=arch"}, {"mount", "ext4"}},
     {},
     {},
     {}},
};

} // namespace

TEST_CASE("platform table: each by what it shows, with its notes and without a conflict") {
  for (const Machine& machine : machines) {
    INFO(machine.name);
    const auto hints = platform_hints(machine.strings);
    CHECK(hint_ids(hints) == machine.hints);
    CHECK(note_ids(hints, true) == machine.with);
    CHECK(note_ids(hints, false) == machine.without);
    CHECK(conflict_ids(hints, false).empty());
  }
}

TEST_CASE("platform table: every platform that has a sign of its own is told by it, and none without") {
  std::set<std::string_view> known;
  for (const Platform& platform : platforms())
    CHECK(known.insert(platform.id).second);
  std::set<std::string_view> told;
  for (const PlatformSign& sign : platform_signs()) {
    INFO(sign.id << " by " << sign.where);
    CHECK(known.contains(sign.id));
    CHECK_FALSE(sign.needle.empty());
    const auto hints = platform_hints({{sign.where, std::string(sign.needle)}});
    const bool found =
        std::any_of(hints.begin(), hints.end(), [&](const PlatformHint& hint) { return hint.id == sign.id; });
    CHECK(found == (sign.weight == PlatformSign::Weight::alone));
    for (const PlatformHint& hint : hints)
      CHECK_FALSE(hint.likely()); // one string is one kind of evidence
    if (found)
      told.insert(sign.id);
  }
  CHECK(told == known);
}

TEST_CASE("platform table: every note is of a platform, with a text and where it is written down") {
  std::set<std::string_view> ids;
  for (const PlatformNote& note : platform_notes()) {
    CHECK(ids.insert(note.id).second);
    CHECK(std::any_of(platforms().begin(), platforms().end(),
                      [&](const Platform& platform) { return platform.id == note.platform; }));
    CHECK_FALSE(note.text.empty());
    CHECK(note.source.starts_with("https://"));
  }
}

TEST_CASE("platform table: what may name a user is not shown beyond the match") {
  const auto hints = platform_hints({{"mount_source", "/run/host_mark/Users/alice/secret"},
                                     {"cmdline", "password=hunter2 agent.log=debug"}});
  REQUIRE(hints.size() == 2);
  CHECK(hints[0].evidence == "mount_source /run/host_mark/");
  CHECK(hints[1].evidence == "cmdline agent.log=");
}

TEST_CASE("platform conflicts: a marker where there is no container is named with both sides") {
  const auto hints = platform_hints({{"marker", "/.dockerenv"}, {"cpuid", "KVMKVMKVM"}, {"acpi", "FIRECK"}});
  const auto conflicts = platform_conflicts(hints, true);
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].id == "marker_in_initial_namespaces");
  CHECK(conflicts[0].evidence ==
        Ids{"marker /.dockerenv", "the inspector lives in the initial mount namespace"});
  CHECK(conflict_ids(hints, false).empty());
  CHECK(conflict_ids(hints, std::nullopt).empty()); // not seen is no contradiction
  CHECK(conflict_ids(platform_hints({{"marker", "/dev/lxd/sock"}}), true).empty());
  CHECK(conflict_ids(platform_hints({{"cgroup", "0::/docker/1"}}), true).empty()); // of the target, not of us
}

TEST_CASE(
    "platform conflicts: kernels, hypervisors, monitors, services and markers that exclude each other") {
  const auto of = [](const std::vector<PlatformString>& strings) {
    return conflict_ids(platform_hints(strings));
  };
  CHECK(of({{"release", "6.6.1-linuxkit-orbstack-1"}}) == Ids{"kernels"});
  CHECK(of({{"cpuid", "KVMKVMKVM"}, {"device_tree", "xen"}}) == Ids{"hypervisors"});
  CHECK(of({{"acpi", "FIRECK"}, {"dmi", "QEMU"}}) == Ids{"monitors"});
  CHECK(of({{"acpi", "FIRECK"}, {"cpuid", "VMwareVMware"}}) == Ids{"hypervisors"});
  CHECK(of({{"environ", "GITHUB_ACTIONS"}, {"environ", "AWS_LAMBDA_FUNCTION_NAME"}}) == Ids{"services"});
  CHECK(of({{"marker", "/.dockerenv"}, {"marker", "/run/.containerenv"}}) == Ids{"markers"});
  // What goes together.
  CHECK(of({{"cpuid", "KVMKVMKVM"}, {"dmi", "innotek GmbH"}}).empty());
  CHECK(of({{"cpuid", "Microsoft Hv"}, {"dmi", "QEMU"}}).empty());
  CHECK(of({{"release", "6.6.1-linuxkit"}, {"os_release", "ID=flatcar"}})
            .empty()); // an image on another's kernel
}

TEST_CASE("platform conflicts: all strings at once are contradictions by name, and nothing worse") {
  std::vector<PlatformString> all;
  std::set<std::string_view> wheres;
  for (const PlatformSign& sign : platform_signs()) {
    all.push_back({sign.where, std::string(sign.needle)});
    wheres.insert(sign.where);
  }
  for (const std::string_view where : wheres) {
    std::string text = "\x1b[2J\xff\n";
    for (const PlatformSign& sign : platform_signs())
      text += std::string(sign.needle) + std::string(300, 'x') + "\n";
    all.push_back({where, text});
  }
  const auto hints = platform_hints(all);
  CHECK(hints.size() == platforms().size());
  const Ids conflicts = conflict_ids(hints, true);
  for (const char* id :
       {"kernels", "hypervisors", "monitors", "services", "markers", "marker_in_initial_namespaces"})
    CHECK(std::find(conflicts.begin(), conflicts.end(), id) != conflicts.end());
  CHECK(conflicts.size() == 6); // each once
  for (const PlatformConflict& conflict : platform_conflicts(hints, true)) {
    CHECK(conflict.evidence.size() > 1);
    for (const std::string& words : conflict.evidence)
      CHECK(words.find('\x1b') == std::string::npos);
  }
  CHECK(note_ids(hints, false).size() == platform_notes().size());
}
