#include "rules/vmm_names.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

// Names of executables, and of threads where a library is the monitor (libkrun calls them so itself).
constexpr std::array programs{
    VmmProgram{"QEMU", "qemu-system-", true},
    VmmProgram{"QEMU", "qemu-kvm", true},
    VmmProgram{"Firecracker", "firecracker", false},
    VmmProgram{"Cloud Hypervisor", "cloud-hyperviso", false},
    VmmProgram{"crosvm", "crosvm", false},
    VmmProgram{"libkrun (microsandbox)", "msb", false},
    VmmProgram{"libkrun (BoxLite)", "boxlite-shim", false},
    VmmProgram{"libkrun", "libkrun", false},
    VmmProgram{"libkrun", "krun", false},
    VmmProgram{"libkrun", "muvm", false},
    VmmProgram{"libkrun (OpenShell VM driver)", "openshell-drive", false},
    VmmProgram{"kvmtool", "lkvm", false},
    VmmProgram{"gVisor on KVM", "runsc", false},
    VmmProgram{"Dragonball (Kata)", "containerd-shim-kata", false},
    VmmProgram{"StratoVirt", "stratovirt", false},
    VmmProgram{"solo5", "solo5-hvt", false},
    VmmProgram{"VirtualBox", "VirtualBoxVM", true}, // by a kernel module of its own
    VmmProgram{"VirtualBox", "VBoxHeadless", true},
    VmmProgram{"VMware", "vmware-vmx", true},
};

constexpr std::array backends{
    VmBackend{"virtiofsd", "files"},      VmBackend{"passt", "network"},
    VmBackend{"gvproxy", "network"},      VmBackend{"slirp4netns", "network"},
    VmBackend{"vhost-device-", "device"}, VmBackend{"vhost-user-", "device"},
    VmBackend{"spdk", "device"},          VmBackend{"swtpm", "tpm"},
};

// A comm is cut, so that the longer names begin with it.
bool is_called(std::string_view program, std::string_view name) {
  constexpr std::size_t longest_comm = 15;
  return program.starts_with(name) || (program.size() == longest_comm && name.starts_with(program));
}

} // namespace

const VmmProgram* vmm_program(std::string_view program) {
  const auto* found = std::find_if(programs.begin(), programs.end(),
                                   [&](const VmmProgram& row) { return is_called(program, row.prefix); });
  return found == programs.end() ? nullptr : found;
}

const VmBackend* vm_backend(std::string_view comm) {
  const auto* found = std::find_if(backends.begin(), backends.end(),
                                   [&](const VmBackend& row) { return is_called(comm, row.prefix); });
  return found == backends.end() ? nullptr : found;
}

} // namespace sbx
