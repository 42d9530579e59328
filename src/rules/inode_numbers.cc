#include "rules/inode_numbers.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

// Numbers repeat in each subvolume, or are what a server said.
constexpr std::array<std::string_view, 12> repeating{"btrfs", "bcachefs", "nfs",  "nfs4", "cifs", "smb3",
                                                     "9p",    "virtiofs", "ceph", "afs",  "zfs",  "lustre"};

} // namespace

bool numbers_are_unique(std::string_view type, bool directory) {
  if (type ==
      "overlay") // layers on several file systems keep the numbers of their files (fs/overlayfs/inode.c)
    return directory;
  return !type.empty() && !type.starts_with("fuse") &&
         std::find(repeating.begin(), repeating.end(), type) == repeating.end();
}

} // namespace sbx
