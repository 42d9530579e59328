#include "probes/task_tally.h"

#include "core/errno_name.h"
#include "rules/errno_gap.h"

#include <fmt/core.h>

namespace sbx {

Gap unseen_task(const Task& task) {
  const int error = task.status ? 0 : task.status.error();
  return gap_of(source::target_tasks_status, {error, fmt::format("reading the status of thread {}", task.tid)}, true);
}

TaskTally tally_tasks(const Tasks& tasks, std::string_view key,
                      const std::function<std::optional<bool>(const ProcStatus&)>& property) {
  TaskTally counts;
  const auto note = [&](Gap gap) {
    if (!counts.gap)
      counts.gap = std::move(gap);
  };
  const auto unseen = [&](Gap gap) {
    ++counts.tally.unseen;
    note(std::move(gap));
  };
  for (const Task* task : counted(tasks)) {
    if (!task->status) {
      unseen(unseen_task(*task));
      continue;
    }
    if (const auto has = property(*task->status))
      ++(*has ? counts.tally.with : counts.tally.without);
    else
      unseen({GapKind::unsupported, std::string(source::target_tasks_status.name),
              fmt::format("this kernel does not print {}", key)});
  }
  counts.tally.moving = !tasks.settled;
  if (!tasks.settled)
    note({GapKind::not_attempted, std::string(source::target_tasks_status.name),
          "threads were made faster than they could be read"});
  return counts;
}

std::string tally_words(const Tally& tally) {
  const std::size_t seen = tally.with + tally.without;
  std::string words = tally.with == seen
                          ? (seen == 1 ? "on its one thread" : fmt::format("on every one of {} threads", seen))
                          : fmt::format("on {} of {} threads", tally.with, seen);
  if (tally.unseen > 0)
    words += fmt::format(", {} more not seen", tally.unseen);
  return words;
}

} // namespace sbx
