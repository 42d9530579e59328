// What do the control groups of the target allow? cgroups(7). The dialect of target/cgroup_limits:
//
//   hierarchy memory version=1 path=/podman/42 top=1      top: the last group is the root of the hierarchy
//   group /podman/42 memory.limit_in_bytes=67108864 memory.use_hierarchy=1
//   group / memory.limit_in_bytes=!EACCES memory.use_hierarchy=1
//   hierarchy pids version=1 path=/podman/42 !ENOENT      none of its groups could be looked at
//   hierarchy unified version=2 path=/ top=1
//   group / memory.max=!ENOENT ...
//   end
//
// Groups come from that of the target up to the highest that the inspector sees. A value is escaped
// ("50000\x20100000"), or !ERRNO.
#pragma once

#include "parse/malformed.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

struct CgroupFile {
  std::string name;                     // "memory.max"
  tl::expected<std::string, int> value; // raw bytes without the newline, or an errno
};

struct Cgroup {
  std::string path; // raw bytes, from the root of the hierarchy as the inspector sees it
  int error = 0;    // errno where the group itself could not be opened; then there are no files
  std::vector<CgroupFile> files;
  const CgroupFile* file(std::string_view name) const;
};

struct CgroupHierarchy {
  std::string controllers; // "memory", "cpu,cpuacct", "unified"
  unsigned version = 0;    // 1 or 2
  std::string path;        // raw bytes
  int error = 0;           // errno where it was not looked at; then there are no groups
  bool top = false;        // no group is above the last
  std::vector<Cgroup> groups;
  bool has(std::string_view controller) const; // version 2 says so by its files alone
};

struct CgroupLimits {
  std::vector<CgroupHierarchy> hierarchies;
};

Parsed<CgroupLimits> parse_cgroup_limits(std::string_view text);

} // namespace sbx
