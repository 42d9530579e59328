#include "rules/platform_notes.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

using enum PlatformNote::When;

constexpr std::array notes{
    PlatformNote{
        "fakeowner_rules", "docker_desktop", "mount", always,
        "on mounts of type fakeowner Landlock's allow rules do not match: what a rule grants is refused all "
        "the same",
        "https://github.com/nolabs-ai/nono/issues/1445, https://github.com/NVIDIA/OpenShell/issues/1348"},
    PlatformNote{
        "linuxkit_version", "linuxkit", "", always,
        "a release such as 6.6 does not imply Landlock here: LinuxKit's own kernels have none, Docker "
        "Desktop "
        "4.28 (6.6.16) had none, later ones have it; only the kernel's answer counts",
        "https://github.com/docker/for-mac/issues/7250, https://github.com/linuxkit/linuxkit/issues/3928"},
    PlatformNote{"wsl2_securityfs", "wsl2", "", always,
                 "securityfs is often not mounted: a missing /sys/kernel/security/lsm does not say that "
                 "Landlock is off",
                 "https://github.com/nolabs-ai/nono/issues/416"},
    PlatformNote{
        "wsl2_lsm", "wsl2", "", without_landlock,
        "a kernelCommandLine with lsm= in .wslconfig, or a kernel of the user's own, takes Landlock out",
        "https://github.com/navikt/cplt/pull/204"},
    PlatformNote{"orbstack_landlock", "orbstack", "", without_landlock,
                 "Landlock is in its kernels since OrbStack 1.7.5",
                 "https://github.com/orbstack/orbstack/issues/1503"},
    PlatformNote{
        "orbstack_userns", "orbstack", "", always,
        "whether an ordinary user may make user namespaces differs between its machines and containers",
        "https://github.com/orbstack/orbstack/issues/2478"},
    PlatformNote{
        "apple_cmdline", "apple_container", "", always,
        "the kernel's command line names landlock, though the kernel is built without any security module: a "
        "command line is no evidence",
        "https://github.com/apple/container/issues/527, https://github.com/majorcontext/moat/issues/396"},
    PlatformNote{
        "talos_landlock", "talos", "", without_landlock,
        "Talos 1.9 had Landlock built in and not in its list of modules (EOPNOTSUPP); later ones enable it",
        "https://github.com/siderolabs/pkgs"},
    PlatformNote{"bottlerocket_landlock", "bottlerocket", "", without_landlock,
                 "Landlock is in its 6.1 and 6.12 kernels since July 2025 only",
                 "https://github.com/bottlerocket-os/bottlerocket-kernel-kit/pull/216"},
    PlatformNote{"al2023_landlock", "al2023", "", without_landlock,
                 "Landlock is in its kernels since release 2023.8.20250804 only",
                 "https://github.com/landlock-lsm/landlock-lsm.github.io/pull/19"},
    PlatformNote{
        "proxmox_landlock", "proxmox", "", without_landlock,
        "Landlock was seen built in and not in the list of modules (6.8, EOPNOTSUPP): lsm= on the kernel's "
        "command line turns it on",
        "https://github.com/nyrahul/linux-kernel-configs"},
    PlatformNote{"raspberry_pi_landlock", "raspberry_pi", "", without_landlock,
                 "its kernels are built without Landlock: bcm2711_defconfig has no section on security",
                 "https://github.com/raspberrypi/linux"},
    PlatformNote{"kata_landlock", "kata", "", without_landlock,
                 "Landlock is in the guest's kernel since May 2026 only",
                 "https://github.com/kata-containers/kata-containers/pull/13087"},
    PlatformNote{
        "gvisor_kernel", "gvisor", "", always,
        "this is no Linux: its release is made up, Landlock is ENOSYS, and status shows neither NoNewPrivs "
        "nor the number of filters",
        "https://github.com/google/gvisor"},
    PlatformNote{
        "libkrun_landlock", "libkrun", "", without_landlock,
        "kernels of libkrunfw are built without Landlock and BTF, whatever their version is; OpenShell's "
        "asks for it and does not get it",
        "https://github.com/containers/libkrunfw, https://github.com/NVIDIA/OpenShell/issues/3095"},
    PlatformNote{
        "firecracker_kernels", "firecracker", "", without_landlock,
        "the 5.10 and 6.1 guest kernels that the project publishes have no Landlock, that of 6.18 has",
        "https://github.com/firecracker-microvm/firecracker/tree/main/resources/guest_configs"},
    PlatformNote{
        "github_userns", "github_runner", "", always,
        "Ubuntu 24.04 restricts user namespaces of ordinary users (AppArmor): bubblewrap then fails, and "
        "tests that skip without it stay green",
        "https://github.com/anthropic-experimental/sandbox-runtime/issues/74, "
        "https://github.com/containers/bubblewrap/issues/632"},
    PlatformNote{"fargate_userns", "ecs", "", always, "on Fargate no user namespace can be made",
                 "https://github.com/aws/containers-roadmap/issues/2102"},
};

} // namespace

std::span<const PlatformNote> platform_notes() { return notes; }

std::vector<const PlatformNote*> relevant_notes(const std::vector<PlatformHint>& hints, bool landlock) {
  std::vector<const PlatformNote*> found;
  for (const PlatformNote& note : notes) {
    const bool concerns = std::any_of(hints.begin(), hints.end(), [&](const PlatformHint& hint) {
      return hint.id == note.platform && (note.where.empty() || hint.rests_on(note.where));
    });
    if (concerns && (note.when == always || !landlock))
      found.push_back(&note);
  }
  return found;
}

} // namespace sbx
