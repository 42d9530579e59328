#include "rules/initial_ns.h"

#include <catch2/catch.hpp>

#include <set>

using namespace sbx;

TEST_CASE("initial_ns: the numbers are those of nsfs.h, one for each kind") {
  CHECK(initial_inode("ipc") == 4026531839);
  CHECK(initial_inode("uts") == 4026531838);
  CHECK(initial_inode("user") == 4026531837);
  CHECK(initial_inode("pid") == 4026531836);
  CHECK(initial_inode("cgroup") == 4026531835);
  CHECK(initial_inode("time") == 4026531834);
  CHECK(initial_inode("net") == 4026531833);
  CHECK(initial_inode("mnt") == 4026531832);
  std::set<std::uint64_t> inodes;
  for (const std::string_view kind : ns_kinds)
    inodes.insert(initial_inode(kind));
  CHECK(inodes.size() == ns_kinds.size());
}

TEST_CASE("initial_ns: the number alone decides where every kernel fixes it") {
  for (const std::string_view kind : ns_kinds) {
    CHECK(is_initial_ns(kind, initial_inode(kind), std::nullopt) == true);
    if (fixed_in_every_kernel(kind))
      CHECK(is_initial_ns(kind, 4026532113, std::nullopt) == false);
  }
}

TEST_CASE("initial_ns: before 6.17 net and mnt are decided by comparison, and by nothing else") {
  for (const std::string_view kind : {"net", "mnt"}) {
    CHECK_FALSE(fixed_in_every_kernel(kind));
    CHECK(is_initial_ns(kind, 4026531840, 4026531840) == true); // 6.1: whatever came first
    CHECK(is_initial_ns(kind, 4026532200, 4026531840) == false);
    CHECK_FALSE(is_initial_ns(kind, 4026531840, std::nullopt).has_value());
  }
}

TEST_CASE("initial_ns: the number of another kind is not this kind's") {
  CHECK(is_initial_ns("user", initial_inode("pid"), std::nullopt) == false);
  CHECK_FALSE(is_initial_ns("net", initial_inode("mnt"), std::nullopt).has_value());
}
