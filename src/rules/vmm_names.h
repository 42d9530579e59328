// Which programs are virtual machine monitors, and which serve one from outside? By names that any program
// can take: hints, never evidence.
#pragma once

#include <string_view>

namespace sbx {

struct VmmProgram {
  std::string_view name;   // as it is known: "QEMU"
  std::string_view prefix; // with which its executable or a thread of its is named
  bool without_kvm;        // can run a guest that KVM knows nothing of
};

// `program`: a comm of the kernel's, cut to 15 bytes, or the last part of a path. Null: none that is known.
const VmmProgram* vmm_program(std::string_view program);

// Processes that a monitor hands a part of the machine over to, by their comm.
struct VmBackend {
  std::string_view prefix;
  std::string_view kind; // "files", "network", "device", "tpm"
};
const VmBackend* vm_backend(std::string_view comm);

} // namespace sbx
