// Which security module labels one thread, and does it confine it? For the lsm probe, and for questions about
// one thread.
#pragma once

#include "core/gap.h"
#include "parse/task_attr.h"
#include "rules/lsm_label.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

// Its label, or that no module labels it, or why that was not seen.
struct TaskLabel {
  std::optional<LsmLabel> label;
  std::string module;
  std::optional<Gap> gap;
};

// `lsms`: the active ones, where the list was seen; `enforcing`: whether SELinux enforces, where that was
// seen.
TaskLabel label_of(const TaskAttr& task, const std::optional<std::vector<std::string>>& lsms,
                   std::optional<bool> enforcing);

std::string label_words(const TaskLabel& task); // "apparmor docker-default (enforce)"

} // namespace sbx
