// By which numbers are system calls known? A machine has several ways in, each with its own table; a filter
// must deal with all of them. Names and numbers from libseccomp's tables, and syscall_newer.cc for those that
// are younger.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class SyscallAbi { x86_64, x32, i386, aarch64, arm };
inline constexpr std::array all_abis{SyscallAbi::x86_64, SyscallAbi::x32, SyscallAbi::i386,
                                     SyscallAbi::aarch64, SyscallAbi::arm};

struct NamedSyscall {
  std::uint32_t number; // as struct seccomp_data has it: of x32 with bit 30 set
  std::string name;
};

std::string_view abi_name(SyscallAbi abi); // "x86_64"
std::optional<SyscallAbi> parse_abi(std::string_view name);
std::uint32_t
audit_arch(SyscallAbi abi); // AUDIT_ARCH_*, include/uapi/linux/audit.h; x32 shares that of x86_64

// The ways into a machine, its native one first; `machine` as uname(2) gives it. Empty: not known here.
std::vector<SyscallAbi> abis_of(std::string_view machine);

const std::vector<NamedSyscall>& syscalls_of(SyscallAbi abi); // by rising number; made once

// Nothing for a call that the ABI does not have: aarch64 has no open(2).
std::optional<std::uint32_t> syscall_number(SyscallAbi abi, std::string_view name);
std::string_view syscall_name(SyscallAbi abi, std::uint32_t number); // empty: none

// The numbers that a filter can be given together with this ABI's audit_arch(). Those of all ABIs that share
// one are every 32-bit number, each once.
struct NumberRange {
  std::uint32_t first, last;
};
std::vector<NumberRange> numbers_of(SyscallAbi abi); // rising

} // namespace sbx
