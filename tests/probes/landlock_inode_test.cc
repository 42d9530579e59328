#include "probes/landlock_inode.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

LandlockInode rule_on(const std::string& type, unsigned mode = 040755) {
  LandlockInode inode;
  inode.major = 8;
  inode.minor = 1;
  inode.inode = 7;
  inode.file_system = type;
  inode.mode = mode;
  return inode;
}

SameInode compare(const std::string& type, unsigned mode = 040755, std::uint64_t number = 7,
                  std::uint32_t minor = 1) {
  WalkStep step;
  step.inode = number;
  step.mode = mode;
  Mount mount;
  mount.major = 8;
  mount.minor = minor;
  mount.type = type;
  return same_inode(rule_on(type, mode), step, &mount);
}

} // namespace

TEST_CASE("landlock_inode: equal numbers are the same inode where numbers are unique") {
  CHECK(compare("ext4") == SameInode::yes);
  CHECK(compare("overlay") == SameInode::yes);
  CHECK(compare("overlay", 0100644) == SameInode::unknown);
  CHECK(compare("btrfs") == SameInode::unknown);
}

TEST_CASE("landlock_inode: any number that differs is another inode, on every file system") {
  for (const char* type : {"ext4", "btrfs"}) {
    CHECK(compare(type, 040755, 8) == SameInode::no);
    CHECK(compare(type, 040755, 7, 2) == SameInode::no);
  }
  WalkStep file;
  file.inode = 7;
  file.mode = 0100644;
  CHECK(same_inode(rule_on("ext4"), file, nullptr) == SameInode::no);
}

TEST_CASE("landlock_inode: without its mount the device is not known") {
  WalkStep step;
  step.inode = 7;
  step.mode = 040755;
  CHECK(same_inode(rule_on("ext4"), step, nullptr) == SameInode::unknown);
}
