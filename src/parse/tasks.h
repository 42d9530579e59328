// What do the status texts of all threads of a process say? The dialect of target/tasks/status.
//
//   Listing:\tsettled            every thread of the last listing was read; or "moving": threads came faster
//   Task:\t4242
//   Name:\tbash                  /proc/PID/task/TID/status as it is ...
//   Task:\t4243
//   Errno:\tEACCES               ... or what the kernel answered instead
#pragma once

#include "parse/malformed.h"
#include "parse/proc_status.h"

#include <string_view>
#include <vector>

namespace sbx {

struct Task {
  std::int64_t tid = 0;
  tl::expected<ProcStatus, int> status; // or an errno
};

struct Tasks {
  bool settled = false;
  std::vector<Task> tasks; // at least one
};

Parsed<Tasks> parse_tasks(std::string_view text);

// Exited threads run no code and count for nothing, unless all have exited (a zombie: its last state is
// shown).
std::vector<const Task*> counted(const Tasks& tasks);

} // namespace sbx
