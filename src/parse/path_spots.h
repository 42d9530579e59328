// What stands at a path of the target's, looked up inside its root without following any link? The dialect of
// target/paths, one line for each path that was asked about:
//
//   /usr/bin mnt=31 dev=8:1 inode=123 mode=40755   the path escaped, spaces as \x20; mode in octal
//   /gone !ENOENT                                  ELOOP: a link stands in the way; ETIMEDOUT: nothing
//   answered
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Spot {
  std::uint64_t mount = 0;            // its id in mountinfo
  std::uint32_t major = 0, minor = 0; // st_dev
  std::uint64_t inode = 0; // the kernel's own number (i_ino), which the file system may not show in st_ino
  unsigned mode = 0;       // st_mode
};

struct PathSpot {
  std::string path;              // raw bytes, from the target's root
  tl::expected<Spot, int> found; // or an errno
};

Parsed<std::vector<PathSpot>> parse_path_spots(std::string_view text);

} // namespace sbx
