// Which network namespaces are there on this machine? As far as processes that we see live in them, or mounts
// at the usual places keep them.
#pragma once

#include "kernel/fd.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx {

struct MachineNetNamespace {
  std::uint64_t inode = 0;
  Fd fd;
  std::size_t processes = 0; // by their main threads
  pid_t pid = 0;             // the lowest of them, or 0
  std::string name;          // of the mount, raw bytes; empty: none
};

struct MachineNetNamespaces {
  std::vector<MachineNetNamespace> list;
  int error = 0; // why there may be more: EACCES of a process, EFBIG, ETIMEDOUT ...; 0: all were seen
};

// At most 65,536 processes and 512 namespaces. `proc` is /proc.
MachineNetNamespaces machine_net_namespaces(int proc, std::chrono::steady_clock::time_point until);

} // namespace sbx
