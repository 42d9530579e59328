// Seccomp's strict mode as a filter: read(2), write(2), exit(2) and sigreturn(2), and death for all else
// but uretprobe and uprobe. kernel/seccomp.c, mode1_syscalls and __secure_computing_strict().
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/evaluate.h"

namespace sbx {

SeccompProgram strict_mode_program(const std::vector<SyscallAbi>& abis);

} // namespace sbx
