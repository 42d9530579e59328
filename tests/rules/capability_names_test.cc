#include "rules/capability_names.h"

#include <catch2/catch.hpp>

#include <bit>
#include <set>

using namespace sbx;
using Names = std::vector<std::string>;

TEST_CASE("capability_names: an empty mask has no names") { CHECK(capability_names(0).empty()); }

TEST_CASE("capability_names: names are those of capabilities(7), lower case, in the order of the bits") {
  CHECK(capability_names(1) == Names{"chown"});
  CHECK(capability_names(1ULL << 21) == Names{"sys_admin"});
  CHECK(capability_names(1ULL << 39) == Names{"bpf"});
  CHECK(capability_names(1ULL << last_named_capability) == Names{"checkpoint_restore"});
  // What Docker leaves a container, without the options that change it.
  CHECK(capability_names(0xa80425fb) == Names{"chown", "dac_override", "fowner", "fsetid", "kill", "setgid",
                                              "setuid", "setpcap", "net_bind_service", "net_raw",
                                              "sys_chroot", "mknod", "audit_write", "setfcap"});
}

TEST_CASE("capability_names: a bit of a newer kernel is shown by its number, never left out") {
  CHECK(capability_names(1ULL << 41) == Names{"cap_41"});
  CHECK(capability_names(1ULL << 63) == Names{"cap_63"});
}

TEST_CASE("capability_names: every bit has one name and no two have the same") {
  const Names names = capability_names(~0ULL);
  CHECK(names.size() == 64);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 64);
}

TEST_CASE("capability_names: all capabilities of a kernel are those up to its last") {
  CHECK(all_capabilities(0) == 1);
  CHECK(all_capabilities(36) == 0x1fffffffff);  // 3.10
  CHECK(all_capabilities(40) == 0x1ffffffffff); // 5.9 and newer
  CHECK(all_capabilities(62) == ~0ULL >> 1);
  CHECK(all_capabilities(63) == ~0ULL);
  CHECK(all_capabilities(64) == ~0ULL);
  CHECK(all_capabilities(~0U) == ~0ULL);
  for (unsigned last = 0; last < 64; ++last)
    CHECK(std::popcount(all_capabilities(last)) == static_cast<int>(last) + 1);
}
