#include "rules/lsm_names.h"

#include <catch2/catch.hpp>

using sbx::lsm_name;

TEST_CASE("lsm_names: ids have the names that securityfs prints") {
  CHECK(lsm_name(100) == "capability");
  CHECK(lsm_name(101) == "selinux");
  CHECK(lsm_name(102) == "smack");
  CHECK(lsm_name(103) == "tomoyo");
  CHECK(lsm_name(104) == "apparmor");
  CHECK(lsm_name(105) == "yama");
  CHECK(lsm_name(106) == "loadpin");
  CHECK(lsm_name(107) == "safesetid");
  CHECK(lsm_name(108) == "lockdown");
  CHECK(lsm_name(109) == "bpf");
  CHECK(lsm_name(110) == "landlock");
  CHECK(lsm_name(111) == "ima");
  CHECK(lsm_name(112) == "evm");
  CHECK(lsm_name(113) == "ipe");
}

TEST_CASE("lsm_names: an id without a name keeps its number and is taken for no other") {
  CHECK(lsm_name(0) == "lsm_0");
  CHECK(lsm_name(99) == "lsm_99");
  CHECK(lsm_name(114) == "lsm_114");
  CHECK(lsm_name(~0ULL) == "lsm_18446744073709551615");
}
