// What does the kernel meet when the target looks a path up? The dialect of target/walks, a block for each
// path that was asked about:
//
//   path /tmp/a/b                     escaped
//   search KEYS                       a directory in which the next name was looked up; the first is the root
//   link KEYS target=../c             a symbolic link that was followed, in the last directory of `search`
//   file KEYS [interpreter=/bin/sh]   what the path names, links followed
//   missing b                         in its place: that name is not in the last directory of `search`
//   above KEYS                        each directory above the file, or the one it would be in and each above
//                                     that, up to the root of the mount namespace, not only of the process. A
//                                     directory that a mount covers is left out
//   end ok                            or the errno that ended the walk
//
// KEYS: mnt=31 dev=8:1 inode=123 mode=40755 uid=0 gid=0 nlink=2 rdev=0:0 attributes=0x0 acl=0 magic=0xef53
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct WalkStep {
  std::uint64_t mount = 0;            // its id in mountinfo, which has the superblock's device
  std::uint32_t major = 0, minor = 0; // st_dev
  std::uint64_t inode = 0;            // the kernel's own number (i_ino)
  unsigned mode = 0;                  // st_mode
  std::uint32_t uid = 0, gid = 0;     // as the inspector's user namespace numbers them
  std::uint64_t nlink = 0;
  std::uint32_t rdev_major = 0, rdev_minor = 0;
  std::uint64_t attributes = 0; // statx(2) stx_attributes: STATX_ATTR_IMMUTABLE 0x10, STATX_ATTR_APPEND 0x20
  bool acl = false;             // has an access ACL beyond its mode (acl(5)), or it could not be told
  std::uint64_t magic = 0;      // statfs(2) f_type
};

struct WalkLink {
  WalkStep link, directory;
  std::string target; // raw bytes
};

struct PathWalk {
  std::string path; // raw bytes
  std::vector<WalkStep> searched;
  std::vector<WalkLink> links;
  std::optional<WalkStep> file; // empty with error == 0: it does not exist
  // Of a program: PT_INTERP or #!, raw bytes; the empty string: it needs none.
  std::optional<std::string> interpreter;
  std::string missing; // raw bytes
  std::vector<WalkStep> above;
  // errno; 0 when the walk came to its end. EREMOTE: what was met answers each asker differently (/proc/self,
  // /proc/PID/cwd, autofs). ETIMEDOUT: a file system did not answer. EXDEV: the inspector's own root hides
  // what is above.
  int error = 0;
};

Parsed<std::vector<PathWalk>> parse_path_walks(std::string_view text);

} // namespace sbx
