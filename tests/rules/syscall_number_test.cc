#include "rules/syscall_number.h"

#include <catch2/catch.hpp>

using sbx::syscall_number;

TEST_CASE("syscall_number: the numbers of each machine, and nothing for what it does not have") {
  CHECK(syscall_number("x86_64", "read") == 0u);
  CHECK(syscall_number("x86_64", "openat") == 257u);
  CHECK(syscall_number("x86_64", "openat2") == 437u);
  CHECK(syscall_number("aarch64", "openat") == 56u);
  CHECK(syscall_number("aarch64", "openat2") == 437u);
  CHECK_FALSE(syscall_number("aarch64", "open"));
  CHECK_FALSE(syscall_number("x86_64", "socketcall")); // a number of libseccomp's own
  CHECK_FALSE(syscall_number("x86_64", "no_such_call"));
  CHECK_FALSE(syscall_number("x86_64", ""));
  CHECK_FALSE(syscall_number("riscv64", "read"));
  CHECK(sbx::knows_syscalls_of("aarch64"));
  CHECK_FALSE(sbx::knows_syscalls_of("i686"));
}
