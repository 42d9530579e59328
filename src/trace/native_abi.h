// Whose numbers does a trace hold? It is of the machine that this program runs on.
#pragma once

#include "rules/syscall_abi.h"

namespace sbx {

#if defined(__aarch64__)
inline constexpr SyscallAbi native_abi = SyscallAbi::aarch64;
#else
inline constexpr SyscallAbi native_abi = SyscallAbi::x86_64;
#endif

} // namespace sbx
