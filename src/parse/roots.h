// Where does each thread stand: which directory is its root, what lies above that, and is its working
// directory below it? The dialect of target/roots:
//
//   self mnt=21 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/    the inspector's own root, to compare with
//   root 4242 mnt=31 dev=0:52 inode=1 magic=0x794c7630 ro=1 above=0 path=/
//   cwd 4242 mnt=31 dev=0:52 inode=9 outside=0
//   same 4243 4242                                            shares both with 4242
//   root 4244 !EACCES                                         or what was answered instead; so for cwd
//   end settled                                               or "moving"; or what ended it: "!ETIMEDOUT"
//
// above: directories between it and the root of the mount namespace, or 1 where it is only seen that there
// are some; !EXDEV: the inspector's own root hides them. path: what readlink(2) says of /proc/PID/root: from
// the inspector's root where both share a mount namespace, else from the root of the target's. outside: 1
// where no way up from it meets the root; !EXDEV as above.
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct RootSpot {
  std::uint64_t mount = 0;            // its id in mountinfo
  std::uint32_t major = 0, minor = 0; // st_dev
  std::uint64_t inode = 0;
  std::uint64_t magic = 0;                // statfs(2) f_type
  bool read_only = false;                 // statfs(2) ST_RDONLY: its mount, or its file system
  tl::expected<unsigned, int> above = 0U; // or an errno
  std::string path;                       // raw bytes; empty: not seen
};

struct CwdSpot {
  std::uint64_t mount = 0;
  std::uint32_t major = 0, minor = 0;
  std::uint64_t inode = 0;
  tl::expected<bool, int> outside = false; // or an errno
};

struct TaskRoot {
  std::int64_t tid = 0;
  tl::expected<RootSpot, int> root = RootSpot();
  tl::expected<CwdSpot, int> cwd = CwdSpot();
};

struct Roots {
  tl::expected<RootSpot, int> self = RootSpot();
  std::vector<TaskRoot> tasks; // at least one
  bool settled = false;        // every thread of the last listing was read
  int stopped = 0;             // errno: what ended it before that
};

Parsed<Roots> parse_roots(std::string_view text);

} // namespace sbx
