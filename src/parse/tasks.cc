#include "parse/tasks.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

constexpr std::string_view task_key = "Task:\t", errno_key = "Errno:\t";

Parsed<Task> parse_task(std::string_view tid, std::string_view body) {
  Task task;
  const auto number_read = number<std::int64_t>(tid);
  if (!number_read || *number_read <= 0)
    return malformed("not a thread id: " + escaped(tid, 40));
  task.tid = *number_read;
  if (body.starts_with(errno_key)) {
    const auto error = errno_from_name(trimmed(body.substr(errno_key.size())));
    if (!error)
      return malformed("not an errno: " + escaped(body, 40));
    task.status = tl::unexpected<int>(*error);
    return task;
  }
  auto status = parse_proc_status(body);
  if (!status)
    return malformed("task " + std::string(tid) + ": " + status.error().what);
  if (status->pid && *status->pid != task.tid)
    return malformed("task " + std::string(tid) + ": its status is of another task");
  task.status = std::move(*status);
  return task;
}

} // namespace

Parsed<Tasks> parse_tasks(std::string_view text) {
  Tasks tasks;
  if (text.starts_with("Listing:\tsettled\n"))
    tasks.settled = true;
  else if (!text.starts_with("Listing:\tmoving\n"))
    return malformed("no Listing line");
  if (cut_off(text))
    return malformed("the last line is cut off");
  text.remove_prefix(text.find('\n') + 1);
  std::set<std::int64_t> tids;
  while (!text.empty()) {
    if (!text.starts_with(task_key))
      return malformed("no Task line: " + escaped(text, 40));
    const std::size_t head = text.find('\n');
    if (head == std::string_view::npos)
      return malformed("a Task line without a task");
    const std::size_t next = text.find("\nTask:\t", head); // no status key is called Task
    const std::size_t end = next == std::string_view::npos ? text.size() : next + 1;
    auto task = parse_task(text.substr(task_key.size(), head - task_key.size()),
                           text.substr(head + 1, end - head - 1));
    if (!task)
      return malformed(std::move(task.error().what));
    if (!tids.insert(task->tid).second)
      return malformed("listed twice: task " + std::to_string(task->tid));
    tasks.tasks.push_back(std::move(*task));
    text.remove_prefix(end);
  }
  if (tasks.tasks.empty())
    return malformed("no task at all");
  return tasks;
}

std::vector<const Task*> counted(const Tasks& tasks) {
  const auto exited = [](const Task& task) {
    return task.status && task.status->state && (*task.status->state == 'Z' || *task.status->state == 'X');
  };
  const bool all = std::all_of(tasks.tasks.begin(), tasks.tasks.end(), exited);
  std::vector<const Task*> found;
  for (const Task& task : tasks.tasks)
    if (all || !exited(task))
      found.push_back(&task);
  return found;
}

} // namespace sbx
