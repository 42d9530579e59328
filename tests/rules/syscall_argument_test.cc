#include "rules/syscall_argument.h"

#include <array>
#include <catch2/catch.hpp>
#include <utility>

using sbx::argument_value;
using sbx::syscall_argument;
using sbx::SyscallAbi;
using enum SyscallAbi;

namespace {
constexpr std::array all{x86_64, x32, i386, aarch64, arm};

using Known = std::pair<std::string, unsigned>;
Known known(SyscallAbi abi, std::string_view syscall, unsigned argument) {
  const auto about = syscall_argument(abi, syscall, argument);
  return {std::string(about.name), about.bits};
}
} // namespace

TEST_CASE("syscall_argument: names and widths are those of the kernel's definitions") {
  CHECK(known(x86_64, "socket", 0) == Known{"family", 32});
  CHECK(known(x86_64, "openat", 0) == Known{"dfd", 32});
  CHECK(known(x86_64, "openat", 1) == Known{"filename", 64});
  CHECK(known(x86_64, "openat", 3) == Known{"mode", 16});
  CHECK(known(x86_64, "read", 2) == Known{"count", 64});
  CHECK(known(aarch64, "ioctl", 1) == Known{"cmd", 32});
  CHECK(known(aarch64, "ioctl", 2) == Known{"arg", 64});
  CHECK(known(x86_64, "add_key", 0) == Known{"type", 64});
  CHECK(known(x86_64, "prctl", 0) == Known{"option", 32});
  CHECK(known(x86_64, "prctl", 1) == Known{"arg2", 64});
  CHECK(known(x86_64, "getrandom", 2) == Known{"flags", 32});
  CHECK(known(x86_64, "arch_prctl", 0) == Known{"option", 32});
  CHECK(known(x86_64, "fanotify_mark", 2) == Known{"mask", 64});
}

TEST_CASE(
    "syscall_argument: a long whose upper half changes nothing has 32 bits, one that is checked has 64") {
  CHECK(known(x86_64, "clone", 0) == Known{"clone_flags", 32});
  CHECK(known(x86_64, "mmap", 2) == Known{"prot", 32});
  CHECK(known(x86_64, "mmap", 4) == Known{"fd", 32});
  CHECK(known(x86_64, "mount", 3) == Known{"flags", 32});
  CHECK(known(x86_64, "ptrace", 1) == Known{"pid", 32});
  CHECK(known(x86_64, "unshare", 0) == Known{"unshare_flags", 64});
  CHECK(known(x86_64, "mprotect", 2) == Known{"prot", 64});
  CHECK(known(x86_64, "ptrace", 0) == Known{"request", 64});
}

TEST_CASE("syscall_argument: clone has its last two arguments in another order on Arm and i386") {
  CHECK(known(x86_64, "clone", 3).first == "child_tidptr");
  CHECK(known(x32, "clone", 3).first == "child_tidptr");
  CHECK(known(aarch64, "clone", 3).first == "tls");
  CHECK(known(arm, "clone", 3).first == "tls");
  CHECK(known(i386, "clone", 3).first == "tls_val");
}

TEST_CASE("syscall_argument: of i386 and arm no argument has more than 32 bits") {
  CHECK(known(i386, "ioctl", 2) == Known{"arg", 32});
  CHECK(known(arm, "read", 1) == Known{"buf", 32});
  CHECK(known(i386, "setuid", 0) == Known{"uid", 16});
  CHECK(known(i386, "setuid32", 0) == Known{"uid", 32});
  CHECK(known(i386, "chown32", 1) == Known{"user", 32});
  CHECK(known(i386, "socketcall", 0) == Known{"call", 32});
  CHECK(known(i386, "ipc", 4) == Known{"ptr", 32});
  CHECK(known(i386, "no_such_call", 1) == Known{"arg1", 32});
  CHECK(known(x32, "ioctl", 2) == Known{"arg", 32}); // a compat_ulong_t
}

TEST_CASE("syscall_argument: what is not known is a whole register, and what no kernel reads says so") {
  CHECK(known(x86_64, "no_such_call", 3) == Known{"arg3", 64});
  CHECK_FALSE(syscall_argument(x86_64, "no_such_call", 3).unread);
  CHECK(known(x86_64, "getpid", 0) == Known{"arg0", 64});
  CHECK(syscall_argument(x86_64, "getpid", 0).unread);
  CHECK(syscall_argument(x86_64, "openat", 4).unread);
  CHECK_FALSE(syscall_argument(x86_64, "openat", 3).unread);
  CHECK(syscall_argument(x86_64, "openat", 99).name == "arg");
}

TEST_CASE("syscall_argument: most calls of every ABI are known") {
  for (const SyscallAbi abi : all) {
    unsigned unknown = 0;
    for (const auto& call : sbx::syscalls_of(abi)) {
      const auto first = syscall_argument(abi, call.name, 0);
      unknown += first.name == "arg0" && !first.unread;
    }
    CHECK(unknown < (abi == i386 || abi == arm ? 32u : 20u)); // those that no kernel has had for long
  }
}

TEST_CASE("syscall_argument: values have the kind that their names have") {
  using Values = sbx::SyscallArgument::Values;
  CHECK(syscall_argument(x86_64, "socket", 0).values == Values::one_of);
  CHECK(syscall_argument(x86_64, "socket", 1).values == Values::flags);
  CHECK(syscall_argument(x86_64, "unshare", 0).values == Values::flags);
  CHECK(syscall_argument(x86_64, "read", 0).values == Values::number);
}

TEST_CASE("syscall_argument: numbers are decimal when small, hex when large, and negative when they are") {
  CHECK(argument_value(x86_64, "read", 0, 7) == "7");
  CHECK(argument_value(x86_64, "read", 2, 65535) == "65535");
  CHECK(argument_value(x86_64, "read", 2, 65536) == "0x10000");
  CHECK(argument_value(x86_64, "read", 2, 0xffffffff) == "0xffffffff");
  CHECK(argument_value(x86_64, "read", 2, ~std::uint64_t{0}) == "-1");
  CHECK(argument_value(x86_64, "read", 0, 0xffffffff) == "-1");
  CHECK(argument_value(i386, "read", 2, 0xffffffff) == "-1");
  CHECK(argument_value(x86_64, "setuid", 0, 0xfffff000) == "0xfffff000");
  CHECK(argument_value(x86_64, "getpid", 0, 3) == "3");
}

TEST_CASE("syscall_argument: a value with bits that the kernel does not read has no name") {
  CHECK(argument_value(x86_64, "socket", 0, 1) == "AF_UNIX");
  CHECK(argument_value(x86_64, "socket", 0, 0x100000001) == "0x100000001");
  CHECK(argument_value(x86_64, "openat", 0, 0xffffff9c) == "AT_FDCWD");
  CHECK(argument_value(x86_64, "openat", 0, 0xffffffffffffff9c) == "0xffffffffffffff9c");
}
