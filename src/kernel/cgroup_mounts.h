// Where are the hierarchies of control groups mounted, and which of them is a process in? From the
// inspector's mountinfo and /proc/PID/cgroup (cgroups(7)), as far as an adapter needs them.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sbx {

struct CgroupMount {
  unsigned version = 0;
  std::string root, point; // raw bytes: which group is mounted, and where
  std::string controllers; // of version 1: "rw,cpu,cpuacct", the options of the file system
  dev_t device = 0;
};

struct CgroupPlace {
  unsigned version = 0;
  std::string controllers; // "cpu,cpuacct", of version 2 "unified"
  std::string path;        // as the reader's cgroup namespace shows it: "/.." above its root
};

std::vector<CgroupMount> cgroup_mounts(std::string_view mountinfo);

// Of the controllers that limit memory, processes and CPU, and the unified one.
std::vector<CgroupPlace> cgroup_places(std::string_view cgroup);

bool lists_controller(std::string_view list, std::string_view name);

// The mount beneath which the group lies, that shows the most of what is above it; nullptr: none does.
const CgroupMount* mount_of(const std::vector<CgroupMount>& mounts, const CgroupPlace& place);

// From the mounted group down: "" is that one itself.
std::string path_beneath(const CgroupMount& mount, const CgroupPlace& place);

} // namespace sbx
