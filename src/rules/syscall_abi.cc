#include "rules/syscall_abi.h"

#include "rules/syscall_newer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <seccomp.h>

namespace sbx {

namespace {

using enum SyscallAbi;

struct Abi {
  SyscallAbi abi;
  std::string_view name;
  std::uint32_t audit_arch; // machine of ELF, bit 31: 64 bits, bit 30: little-endian
  std::uint32_t libseccomp; // SCMP_ARCH_*
};

constexpr std::array abis{
    Abi{x86_64, "x86_64", 0xc000003e, SCMP_ARCH_X86_64},
    Abi{x32, "x32", 0xc000003e, SCMP_ARCH_X32},
    Abi{i386, "i386", 0x40000003, SCMP_ARCH_X86},
    Abi{aarch64, "aarch64", 0xc00000b7, SCMP_ARCH_AARCH64},
    Abi{arm, "arm", 0x40000028, SCMP_ARCH_ARM},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < abis.size(); ++i)
    if (abis[i].abi != static_cast<SyscallAbi>(i))
      return false;
  return true;
}
static_assert(in_order());

const Abi& row(SyscallAbi abi) { return abis[static_cast<std::size_t>(abi)]; }

constexpr std::uint32_t x32_bit = 0x40000000; // __X32_SYSCALL_BIT
// No table of the kernel is longer; what libseccomp makes up for calls that a machine lacks is negative.
constexpr std::uint32_t table_size = 1024;
constexpr std::uint32_t arm_private =
    0x0f0000; // __ARM_NR_BASE: cacheflush and others have numbers of their own

// libseccomp knows the calls of x32 with and without the bit. Without it they are those of x86_64.
std::uint32_t first_number(SyscallAbi abi) { return abi == x32 ? x32_bit : 0; }

std::string libseccomp_name(SyscallAbi abi, std::uint32_t number) {
  const std::unique_ptr<char, decltype(&std::free)> name(
      seccomp_syscall_resolve_num_arch(row(abi).libseccomp, static_cast<int>(number)), &std::free);
  return name ? name.get() : std::string();
}

std::string name_of(SyscallAbi abi, std::uint32_t number) {
  std::string name = libseccomp_name(abi, number);
  return name.empty() ? std::string(newer_syscall_name(abi, number)) : name;
}

void add_numbers(std::vector<NamedSyscall>& calls, SyscallAbi abi, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t number = first; number < first + count; ++number)
    if (std::string name = name_of(abi, number); !name.empty())
      calls.push_back({number, std::move(name)});
}

struct Table {
  std::vector<NamedSyscall> by_number;
  std::vector<const NamedSyscall*> by_name;

  explicit Table(SyscallAbi abi) {
    add_numbers(by_number, abi, first_number(abi), table_size);
    if (abi == arm)
      add_numbers(by_number, abi, arm_private, 0x10);
    for (const NamedSyscall& call : by_number)
      by_name.push_back(&call);
    std::ranges::sort(by_name, {}, &NamedSyscall::name);
  }
};

// Each is made when it is first asked for: some 0.2 ms.
const Table& table(SyscallAbi abi) {
  switch (abi) {
  case x86_64: {
    static const Table made(x86_64);
    return made;
  }
  case x32: {
    static const Table made(x32);
    return made;
  }
  case i386: {
    static const Table made(i386);
    return made;
  }
  case aarch64: {
    static const Table made(aarch64);
    return made;
  }
  case arm:
    break;
  }
  static const Table made(arm);
  return made;
}

} // namespace

std::string_view abi_name(SyscallAbi abi) { return row(abi).name; }

std::optional<SyscallAbi> parse_abi(std::string_view name) {
  const auto* const found = std::ranges::find(abis, name, &Abi::name);
  return found == abis.end() ? std::nullopt : std::optional(found->abi);
}

std::uint32_t audit_arch(SyscallAbi abi) { return row(abi).audit_arch; }

// "i686" and "armv8l" are not here: a 64-bit kernel says so too, to a process of another personality(2).
std::vector<SyscallAbi> abis_of(std::string_view machine) {
  if (machine == "x86_64")
    return {x86_64, i386, x32};
  if (machine == "aarch64")
    return {aarch64, arm};
  return {};
}

const std::vector<NamedSyscall>& syscalls_of(SyscallAbi abi) { return table(abi).by_number; }

std::optional<std::uint32_t> syscall_number(SyscallAbi abi, std::string_view name) {
  const auto& calls = table(abi).by_name;
  const auto found = std::ranges::lower_bound(
      calls, name, {}, [](const NamedSyscall* call) { return std::string_view(call->name); });
  return found != calls.end() && (*found)->name == name ? std::optional((*found)->number) : std::nullopt;
}

std::string_view syscall_name(SyscallAbi abi, std::uint32_t number) {
  const auto& calls = table(abi).by_number;
  const auto found = std::ranges::lower_bound(calls, number, {}, &NamedSyscall::number);
  return found != calls.end() && found->number == number ? std::string_view(found->name) : std::string_view();
}

// The kernel takes a number as an int. Only from 0x40000000 to 0x7fffffff does it look into the table of x32
// (arch/x86/entry/syscall_64.c, do_syscall_64(): first nr < NR_syscalls, then nr - __X32_SYSCALL_BIT <
// X32_NR_syscalls, both unsigned and of 64 bits after nr was sign-extended). Negative numbers reach neither
// table, but the filters are asked about them: -1 is also what a tracer sets to skip a call. They come by the
// native instruction and so count for x86_64, whatever their bit 30 is.
std::vector<NumberRange> numbers_of(SyscallAbi abi) {
  switch (abi) {
  case x86_64:
    return {{0, x32_bit - 1}, {0x80000000, 0xffffffff}};
  case x32:
    return {{x32_bit, 0x7fffffff}};
  case i386:
  case aarch64:
  case arm:
    break;
  }
  return {{0, 0xffffffff}};
}

} // namespace sbx
