#include "rules/inode_numbers.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("inode_numbers: a number is of one inode alone, but not everywhere") {
  CHECK(numbers_are_unique("ext4", false));
  CHECK(numbers_are_unique("tmpfs", true));
  CHECK(numbers_are_unique("overlay", true));
  CHECK_FALSE(numbers_are_unique("overlay", false));
  for (const char* type :
       {"btrfs", "bcachefs", "nfs", "nfs4", "fuse", "fuse.sshfs", "fuseblk", "virtiofs", "9p", ""})
    CHECK_FALSE(numbers_are_unique(type, true));
}
