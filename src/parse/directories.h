// What does a directory of the target's hold? The dialect of target/directories, a block for each directory
// that was asked about:
//
//   dir /dev                          escaped
//   entry null mode=20666 rdev=1:3    each name, escaped, and what it is; links are not followed
//   entry odd !EACCES                 or what was answered instead
//   end ok                            or "cut": there are more names; or the errno that ended it. EREMOTE: a
//                                     server would have to be asked
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct DirectoryEntry {
  std::string name; // raw bytes
  int error = 0;    // errno: what it is was not seen
  unsigned mode = 0;
  std::uint32_t rdev_major = 0, rdev_minor = 0;
};

struct Directory {
  std::string path; // raw bytes, from the target's root
  std::vector<DirectoryEntry> entries;
  bool cut = false; // there are more
  int error = 0;    // errno: the rest, or all, was not seen
};

Parsed<std::vector<Directory>> parse_directories(std::string_view text);

} // namespace sbx
