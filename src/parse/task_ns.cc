#include "parse/task_ns.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

namespace {

Parsed<TaskNs> parse_line(std::string_view line) {
  const auto parts = words(line);
  TaskNs task;
  const auto tid = parts.empty() ? std::nullopt : number<std::int64_t>(parts[0]);
  if (!tid || *tid <= 0)
    return malformed("no thread id: " + escaped(line, 40));
  task.tid = *tid;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals == 0 || equals == std::string_view::npos)
      return malformed("not name=inode: " + escaped(parts[i], 40));
    const std::string_view value = parts[i].substr(equals + 1);
    NsInode inode;
    if (value.starts_with('!')) {
      const auto error = errno_from_name(value.substr(1));
      if (!error)
        return malformed("not an errno: " + escaped(value, 40));
      inode = tl::unexpected<int>(*error);
    } else if (const auto read = number<std::uint64_t>(value)) {
      inode = *read;
    } else {
      return malformed("not an inode: " + escaped(value, 40));
    }
    if (!task.inodes.emplace(std::string(parts[i].substr(0, equals)), inode).second)
      return malformed("named twice: " + escaped(parts[i], 40));
  }
  return task;
}

} // namespace

Parsed<std::vector<TaskNs>> parse_task_ns(std::string_view text) {
  return parse_each_line<TaskNs>(text, parse_line);
}

} // namespace sbx
