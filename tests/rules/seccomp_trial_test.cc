#include "rules/seccomp_trial.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

TEST_CASE("seccomp trial: what kernels answer proves nothing, anything else does") {
  CHECK_FALSE(proves_refusal("keyctl", EOPNOTSUPP));
  CHECK(proves_refusal("keyctl", EPERM));
  CHECK(proves_refusal("keyctl", 0)); // it cannot have succeeded
  CHECK_FALSE(proves_refusal("setns", EBADF));
  CHECK(proves_refusal("setns", EACCES));
}

TEST_CASE(
    "seccomp trial: ENOSYS may be a kernel without that call, but of a number that is none it is the rule") {
  CHECK_FALSE(proves_refusal("keyctl", ENOSYS));
  CHECK_FALSE(proves_refusal("unassigned", ENOSYS));
  CHECK(proves_refusal("unassigned", EPERM));
}

TEST_CASE("seccomp trial: an attempt that is not known here proves nothing") {
  CHECK_FALSE(proves_refusal("reboot", EPERM));
  CHECK_FALSE(proves_refusal("", 0));
}
