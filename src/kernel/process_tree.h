// Which processes descend from a process, and how is one of them signalled and no other that has its number
// since?
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx {

struct TreeProcess {
  pid_t pid = 0, parent = 0;
  std::uint64_t start = 0; // clock ticks since boot: tells it from another with its number
  std::string comm;        // raw bytes, chosen by the process
  bool zombie = false;
  bool operator==(const TreeProcess&) const = default;
};

// From one look at /proc, parents before their children; without those in `except` and what descends from
// them. Who was forked meanwhile may be missing: look again. Ours, or those of another process.
std::vector<TreeProcess> descendants(const std::vector<pid_t>& except);
std::vector<TreeProcess> descendants_of(pid_t process, const std::vector<pid_t>& except);

// False when it is not there any more.
bool send_signal(const TreeProcess& process, int signal);

} // namespace sbx
