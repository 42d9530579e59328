// How many threads have a property? Counted over all that run, with the ones that could not be seen kept
// apart.
#pragma once

#include "core/finding.h"
#include "parse/tasks.h"

#include <functional>
#include <optional>
#include <string>

namespace sbx {

struct TaskTally {
  Tally tally;
  std::optional<Gap> gap; // why the unseen ones are unseen: the first of them
};

// `property` answers for one task; nothing when its status does not print what is needed, called `key` in
// words.
TaskTally tally_tasks(const Tasks& tasks, std::string_view key,
                      const std::function<std::optional<bool>(const ProcStatus&)>& property);

// "on every thread", "on 2 of 3 threads", "on 2 of 3 threads, 1 not seen"
std::string tally_words(const Tally& tally);

// A thread whose status was refused, as a gap.
Gap unseen_task(const Task& task);

} // namespace sbx
