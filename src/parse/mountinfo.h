// Which mounts does the target see, and what of which file system stands at each? proc_pid_mountinfo(5).
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Mount {
  std::uint64_t id = 0, parent = 0;
  std::uint32_t major = 0, minor = 0; // of the superblock (s_dev), not what stat(2) may say of its files
  std::string root;                   // raw bytes: what of the file system is mounted, from its own root
  std::string point;                  // raw bytes: where, from the root directory of the process
  std::vector<std::string> options;   // of this mount: "ro", "noexec", "nodev", "nosuid", "idmapped" ...
  std::vector<std::string> tags;      // "shared:1", "master:2" ...
  std::string type, source;
  std::vector<std::string> super_options; // of the superblock
  bool has_option(std::string_view name) const;
};

// In the order of the kernel: a later mount on the same point covers an earlier one.
// A last line "moving" is our adapter's.
Parsed<std::vector<Mount>> parse_mountinfo(std::string_view text);

// False where mounts came or went while the list was read, again and again: it may lack some of those that
// were there all the time.
Parsed<bool> parse_mounts_settled(std::string_view text);

} // namespace sbx
