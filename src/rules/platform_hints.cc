#include "rules/platform_hints.h"

#include "core/escape.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

struct Recogniser {
  std::string_view where, needle, kind, id, name;
};

// Sources: the kernels' own strings, and systemd's src/basic/virt.c for vendors and marker files.
constexpr std::array recognisers{
    Recogniser{"release", "-linuxkit", "platform", "linuxkit", "LinuxKit (Docker Desktop)"},
    Recogniser{"release", "-microsoft-standard-WSL2", "platform", "wsl2", "WSL2"},
    Recogniser{"release", "-orbstack-", "platform", "orbstack", "OrbStack"},
    Recogniser{"release", "-talos", "platform", "talos", "Talos"},
    Recogniser{"release", "-flatcar", "platform", "flatcar", "Flatcar"},
    Recogniser{"release", ".amzn2023.", "platform", "al2023", "Amazon Linux 2023"},
    Recogniser{"release", "-azure", "platform", "azure", "Azure kernel"},
    Recogniser{"release", "-gcp", "platform", "gcp", "Google Cloud kernel"},
    Recogniser{"release", "-pve", "platform", "proxmox", "Proxmox VE"},
    Recogniser{"release", "+rpt-rpi-", "platform", "raspberry_pi", "Raspberry Pi OS"},
    Recogniser{"release", "-kata", "platform", "kata", "Kata Containers guest"},
    Recogniser{"release", "-gvisor", "platform", "gvisor", "gVisor, a kernel in user space"},
    Recogniser{"version", "Sun Jan 10 15:06:54 PST 2016", "platform", "gvisor",
               "gVisor, a kernel in user space"},
    Recogniser{"version", "(root@libkrunfw)", "platform", "libkrun", "libkrun guest"},
    Recogniser{"version", "debian-kernel@lists.debian.org", "platform", "debian", "Debian kernel"},
    Recogniser{"version", "buildd@", "platform", "ubuntu", "Ubuntu kernel"},
    Recogniser{"version", "fedoraproject.org", "platform", "fedora", "Fedora kernel"},
    Recogniser{"cpuinfo", "User Mode Linux", "hypervisor", "uml", "User-mode Linux"},
    Recogniser{"cmdline", "agent.log=", "platform", "kata", "Kata Containers guest"},
    Recogniser{"cmdline", "KRUN_INIT=", "platform", "libkrun", "libkrun guest"},
    Recogniser{"cpuid", "KVMKVMKVM", "hypervisor", "kvm", "KVM"},
    Recogniser{"cpuid", "Linux KVM Hv", "hypervisor", "kvm", "KVM with Hyper-V enlightenments"},
    Recogniser{"cpuid", "TCGTCGTCGTCG", "hypervisor", "qemu_tcg", "QEMU without hardware help (TCG)"},
    Recogniser{"cpuid", "VMwareVMware", "hypervisor", "vmware", "VMware"},
    Recogniser{"cpuid", "Microsoft Hv", "hypervisor", "hyperv", "Hyper-V"},
    Recogniser{"cpuid", "VBoxVBoxVBox", "hypervisor", "virtualbox", "VirtualBox"},
    Recogniser{"cpuid", "bhyve bhyve", "hypervisor", "bhyve", "bhyve"},
    Recogniser{"cpuid", "XenVMMXenVMM", "hypervisor", "xen", "Xen"},
    Recogniser{"cpuid", "ACRNACRNACRN", "hypervisor", "acrn", "ACRN"},
    Recogniser{"cpuid", " lrpepyh  vr", "hypervisor", "parallels", "Parallels"},
    Recogniser{"acpi", "FIRECK", "hypervisor", "firecracker", "Firecracker"},
    Recogniser{"acpi", "BOCHS", "hypervisor", "qemu", "QEMU"},
    Recogniser{"acpi", "CLOUDH", "hypervisor", "cloud_hypervisor", "Cloud Hypervisor"},
    Recogniser{"acpi", "ACRSYS", "hypervisor", "alibaba", "Alibaba Cloud"},
    Recogniser{"dmi", "QEMU", "hypervisor", "qemu", "QEMU"},
    Recogniser{"dmi", "Apple Virtualization", "hypervisor", "apple", "Apple Virtualization framework"},
    Recogniser{"dmi", "Amazon EC2", "platform", "ec2", "Amazon EC2"},
    Recogniser{"dmi", "Google Compute Engine", "platform", "gce", "Google Compute Engine"},
    Recogniser{"dmi", "VMware", "hypervisor", "vmware", "VMware"},
    Recogniser{"dmi", "innotek GmbH", "hypervisor", "virtualbox", "VirtualBox"},
    Recogniser{"dmi", "Parallels", "hypervisor", "parallels", "Parallels"},
    Recogniser{"dmi", "Virtual Machine", "hypervisor", "hyperv", "Hyper-V"},
    Recogniser{"dmi", "KubeVirt", "hypervisor", "kubevirt", "KubeVirt"},
    Recogniser{"dmi", "OpenStack", "hypervisor", "openstack", "OpenStack"},
    Recogniser{"device_tree", "linux,dummy-virt", "hypervisor", "qemu", "QEMU virt machine"},
    Recogniser{"device_tree", "xen", "hypervisor", "xen", "Xen"},
    Recogniser{"cgroup", "/docker/", "container", "docker", "Docker"},
    Recogniser{"cgroup", "/docker-", "container", "docker", "Docker"},
    Recogniser{"cgroup", "libpod-", "container", "podman", "Podman"},
    Recogniser{"cgroup", "kubepods", "container", "kubernetes", "Kubernetes pod"},
    Recogniser{"cgroup", "cri-containerd", "container", "containerd", "containerd"},
    Recogniser{"cgroup", "crio-", "container", "crio", "CRI-O"},
    Recogniser{"cgroup", "lxc.payload", "container", "lxc", "LXC"},
    Recogniser{"cgroup", "machine.slice", "container", "machined", "systemd-machined machine"},
    Recogniser{"cgroup", "/snap.", "container", "snap", "Snap"},
    Recogniser{"cgroup", "app-flatpak-", "container", "flatpak", "Flatpak"},
    Recogniser{"marker", "/.dockerenv", "container", "docker_marker", "Docker marker file"},
    Recogniser{"marker", "/run/.containerenv", "container", "podman_marker", "Podman marker file"},
    Recogniser{"marker", "/run/systemd/container", "container", "container_marker",
               "systemd container marker file"},
    Recogniser{"marker", "/run/host/container-manager", "container", "manager_marker",
               "container manager file"},
    Recogniser{"marker", "/.flatpak-info", "container", "flatpak", "Flatpak"},
    Recogniser{"marker", "WSL", "platform", "wsl2", "WSL2"},
    Recogniser{"marker", "/mnt/wsl", "platform", "wsl2", "WSL2"},
    Recogniser{"marker", "/dev/lxd/sock", "container", "lxd", "LXD or Incus"},
    Recogniser{"marker", "/dev/.cros_milestone", "platform", "crostini", "ChromeOS Linux"},
    Recogniser{"marker", "krun", "platform", "libkrun", "libkrun guest"},
};

// The line of a longer text, without blanks around it, in which it stands, so that the evidence can be shown.
std::string_view line_with(std::string_view text, std::size_t at) {
  const std::size_t begin = text.rfind('\n', at) == text.npos ? 0 : text.rfind('\n', at) + 1;
  const std::string_view line = text.substr(begin, text.find('\n', at) - begin);
  const std::size_t first = line.find_first_not_of(' ');
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

} // namespace

std::vector<PlatformHint> platform_hints(const std::vector<PlatformString>& strings) {
  std::vector<PlatformHint> hints;
  for (const Recogniser& row : recognisers)
    for (const PlatformString& string : strings) {
      const std::size_t at = string.where == row.where ? string.text.find(row.needle) : string.text.npos;
      const bool known = std::any_of(hints.begin(), hints.end(),
                                     [&](const PlatformHint& hint) { return hint.id == row.id; });
      if (at == string.text.npos || known)
        continue;
      hints.push_back({std::string(row.id), std::string(row.name), std::string(row.kind),
                       std::string(row.where) + " " + escaped(line_with(string.text, at), 160)});
    }
  return hints;
}

} // namespace sbx
