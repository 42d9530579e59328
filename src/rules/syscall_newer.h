// Which system calls are younger than libseccomp's tables may be? arch/*/syscall*.tbl and scripts/syscall.tbl
// of Linux 7.3.
#pragma once

#include "rules/syscall_abi.h"

#include <cstdint>
#include <string_view>

namespace sbx {

// `number` as in NamedSyscall. Empty: none of these.
std::string_view newer_syscall_name(SyscallAbi abi, std::uint32_t number);

} // namespace sbx
