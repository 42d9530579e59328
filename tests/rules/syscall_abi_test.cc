#include "rules/syscall_abi.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <linux/audit.h>
#include <set>
#include <sys/syscall.h>

using sbx::abis_of;
using sbx::numbers_of;
using sbx::syscall_name;
using sbx::syscall_number;
using sbx::SyscallAbi;
using sbx::syscalls_of;
using enum SyscallAbi;

namespace {
constexpr std::array all{x86_64, x32, i386, aarch64, arm};
}

TEST_CASE("syscall_abi: the numbers of each ABI, and nothing for what it does not have") {
  CHECK(syscall_number(x86_64, "read") == 0u);
  CHECK(syscall_number(x86_64, "openat") == 257u);
  CHECK(syscall_number(x86_64, "openat2") == 437u);
  CHECK(syscall_number(aarch64, "openat") == 56u);
  CHECK(syscall_number(aarch64, "openat2") == 437u);
  CHECK(syscall_number(i386, "socketcall") == 102u);
  CHECK(syscall_number(arm, "openat") == 322u);
  CHECK_FALSE(syscall_number(aarch64, "open"));
  CHECK_FALSE(syscall_number(x86_64, "socketcall")); // a number of libseccomp's own
  CHECK_FALSE(syscall_number(arm, "socketcall"));    // only of the old ABI, whose calls no filter sees
  CHECK_FALSE(syscall_number(x86_64, "no_such_call"));
  CHECK_FALSE(syscall_number(x86_64, ""));
  CHECK_FALSE(syscall_number(x86_64, "zzz"));
}

#ifdef __x86_64__
TEST_CASE("syscall_abi: the numbers of x86_64 are those of this system's headers") {
  CHECK(syscall_number(x86_64, "execve") == unsigned{__NR_execve});
  CHECK(syscall_number(x86_64, "pread64") == unsigned{__NR_pread64});
  CHECK(syscall_number(x86_64, "newfstatat") == unsigned{__NR_newfstatat});
  CHECK(syscall_number(x86_64, "seccomp") == unsigned{__NR_seccomp});
  CHECK(syscall_number(x86_64, "clone3") == unsigned{__NR_clone3});
  CHECK(syscall_number(x86_64, "io_pgetevents") == unsigned{__NR_io_pgetevents});
  CHECK(syscall_number(x86_64, "set_mempolicy_home_node") == unsigned{__NR_set_mempolicy_home_node});
}
#endif

TEST_CASE("syscall_abi: x32 has the bit in every number, and calls of its own") {
  CHECK(syscall_number(x32, "read") == 0x40000000u);
  CHECK(syscall_number(x32, "execve") == 0x40000208u);
  CHECK(syscall_name(x32, 0x40000000) == "read");
  CHECK(syscall_name(x32, 0).empty());
  CHECK(syscall_name(x32, 0x4000003b).empty()); // execve of x86_64 has no x32 twin
  for (const auto& call : syscalls_of(x32))
    CHECK((call.number >= 0x40000000 && call.number < 0x40000400));
}

TEST_CASE("syscall_abi: calls that libseccomp does not know have names, each where it exists") {
  CHECK(syscall_number(x86_64, "uretprobe") == 335u);
  CHECK(syscall_number(x86_64, "uprobe") == 336u);
  CHECK(syscall_number(x32, "uretprobe") == 0x4000014fu);
  CHECK(syscall_number(x32, "map_shadow_stack") == 0x400001c5u);
  CHECK(syscall_name(i386, 335).find("probe") == std::string_view::npos);
  CHECK_FALSE(syscall_number(aarch64, "uretprobe"));
  for (const SyscallAbi abi : all) {
    const unsigned bit = abi == x32 ? 0x40000000 : 0;
    CHECK(syscall_number(abi, "cachestat") == 451 + bit);
    CHECK(syscall_number(abi, "statmount") == 457 + bit);
    CHECK(syscall_number(abi, "mseal") == 462 + bit);
    CHECK(syscall_number(abi, "removexattrat") == 466 + bit);
    CHECK(syscall_number(abi, "file_setattr") == 469 + bit);
    CHECK(syscall_number(abi, "fchroot") == 472 + bit);
    CHECK(syscall_number(abi, "memfd_secret").has_value() == (abi != arm));
  }
}

TEST_CASE("syscall_abi: arm has private calls far above its table") {
  CHECK(syscall_number(arm, "cacheflush") == 0x0f0002u);
  CHECK(syscall_name(arm, 0x0f0005) == "set_tls");
}

TEST_CASE("syscall_abi: numbers rise, no number and no name is there twice, each is found by the other") {
  for (const SyscallAbi abi : all) {
    const auto& calls = syscalls_of(abi);
    CHECK(calls.size() > 300);
    CHECK(std::ranges::adjacent_find(
              calls, [](const auto& a, const auto& b) { return a.number >= b.number; }) == calls.end());
    std::set<std::string> names;
    for (const auto& call : calls) {
      CHECK(names.insert(call.name).second);
      CHECK(syscall_number(abi, call.name) == call.number);
      CHECK(syscall_name(abi, call.number) == call.name);
    }
  }
}

TEST_CASE("syscall_abi: the architecture is what the kernel gives to a filter") {
  CHECK(sbx::audit_arch(x86_64) == AUDIT_ARCH_X86_64);
  CHECK(sbx::audit_arch(x32) == AUDIT_ARCH_X86_64);
  CHECK(sbx::audit_arch(i386) == AUDIT_ARCH_I386);
  CHECK(sbx::audit_arch(aarch64) == AUDIT_ARCH_AARCH64);
  CHECK(sbx::audit_arch(arm) == AUDIT_ARCH_ARM);
}

TEST_CASE("syscall_abi: names of ABIs, and the ways into a machine") {
  for (const SyscallAbi abi : all)
    CHECK(sbx::parse_abi(sbx::abi_name(abi)) == abi);
  CHECK_FALSE(sbx::parse_abi(""));
  CHECK_FALSE(sbx::parse_abi("riscv64"));
  CHECK(abis_of("x86_64") == std::vector{x86_64, i386, x32});
  CHECK(abis_of("aarch64") == std::vector{aarch64, arm});
  CHECK(abis_of("riscv64").empty());
  CHECK(abis_of("i686").empty());
}

TEST_CASE("syscall_abi: each number can be given to exactly one ABI of those that share an architecture") {
  for (const auto* machine : {"x86_64", "aarch64"})
    for (const SyscallAbi one : abis_of(machine)) {
      std::vector<sbx::NumberRange> ranges;
      for (const SyscallAbi abi : abis_of(machine))
        if (sbx::audit_arch(abi) == sbx::audit_arch(one))
          for (const auto range : numbers_of(abi))
            ranges.push_back(range);
      std::ranges::sort(ranges, {}, &sbx::NumberRange::first);
      std::uint64_t next = 0;
      for (const auto range : ranges) {
        CHECK(range.first == next);
        next = std::uint64_t{range.last} + 1;
      }
      CHECK(next == std::uint64_t{1} << 32);
    }
}

TEST_CASE("syscall_abi: every call lies in the range of its ABI") {
  for (const SyscallAbi abi : all)
    for (const auto& call : syscalls_of(abi))
      CHECK(std::ranges::any_of(numbers_of(abi), [&](const auto& range) {
        return call.number >= range.first && call.number <= range.last;
      }));
}
