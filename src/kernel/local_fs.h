// What may be expected of a file system, by its magic number of statfs(2)? Nothing of one that is not known
// here.
#pragma once

#include <cstdint>

namespace sbx {

struct LocalFs {
  std::uint64_t magic;
  bool shows_inode;  // st_ino is the kernel's own i_ino
  bool stores_files; // reading from a file gives what was written to it, and does nothing else
};

// nullptr: of the network, of a process, or not known.
const LocalFs* local_fs(std::uint64_t magic);

} // namespace sbx
