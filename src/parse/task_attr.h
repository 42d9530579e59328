// Which security labels does each task carry? The dialect of target/tasks/attr, a line a task:
//
//   4242 current=!EINVAL apparmor=:docker-default\x20(enforce) smack=!ENOENT
//
// The names are files of /proc/PID/task/TID/attr: current, apparmor/current, smack/current.
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

using Label = tl::expected<std::string, int>; // raw bytes without the final newline or NUL, or an errno

struct TaskAttr {
  std::int64_t tid = 0;
  Label current = tl::unexpected<int>(1), apparmor = current, smack = current;
};

Parsed<std::vector<TaskAttr>> parse_task_attr(std::string_view text);

} // namespace sbx
