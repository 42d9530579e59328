// What does /proc say of every thread of the target? Written in the dialects of parse/tasks.h, task_ns.h,
// task_attr.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <array>
#include <span>
#include <string>

namespace sbx {

Reading read_tasks_status(const ProcTarget& target);
Reading read_tasks_ns(const ProcTarget& target);
Reading read_tasks_attr(const ProcTarget& target);

// One line of the dialect of parse/task_ns.h for a task directory below `dir` ("." for dir itself).
// `kinds`: these alone are asked.
inline constexpr std::array<const char*, 8> every_ns{"user", "mnt", "pid",    "net",
                                                     "ipc",  "uts", "cgroup", "time"};
std::string task_ns_line(int dir, const std::string& task_dir, pid_t tid,
                         std::span<const char* const> kinds = every_ns);

} // namespace sbx
