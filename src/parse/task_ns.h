// In which namespaces does each task live? The dialect of target/tasks/ns, self/ns and init/ns, a line a task:
//
//   4242 user=4026531837 mnt=4026531832 time=!ENOENT ...     inode numbers of /proc/PID/task/TID/ns/*
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

using NsInode = tl::expected<std::uint64_t, int>; // or an errno

struct TaskNs {
  std::int64_t tid = 0;
  std::map<std::string, NsInode> inodes; // by the name of the link: user, mnt, pid, ...
};

Parsed<std::vector<TaskNs>> parse_task_ns(std::string_view text);

} // namespace sbx
