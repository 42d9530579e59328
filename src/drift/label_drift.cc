#include "drift/label_drift.h"

#include "core/escape.h"
#include "probes/target_ns.h"
#include "probes/task_label.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

// A policy may name SELinux's type alone: "container_t" of "user:role:container_t:s0".
bool is_wanted(const TaskLabel& task, const LabelWish& wish) {
  const std::string& label = task.label->label;
  if (task.module != wish.module)
    return false;
  if (wish.module == "apparmor")
    return label == apparmor_label(wish.label).label;
  if (wish.module != "selinux" || wish.label.find(':') != wish.label.npos)
    return label == wish.label;
  const std::size_t type = label.find(':', label.find(':') + 1) + 1;
  return label.substr(type, label.find(':', type) - type) == wish.label;
}

// One profile is not to be compared with another: whether it withholds more cannot be told.
Drift compared(const TaskLabel& task, const LabelWish& wish) {
  if (task.gap)
    return Drift::unknown;
  const bool confines = task.label && task.label->confines;
  if (wish.label.empty() || wish.label == "unconfined")
    return confines ? Drift::stronger : Drift::same;
  if (!confines || !task.label->enforces)
    return Drift::weaker;
  return is_wanted(task, wish) ? Drift::same : Drift::unknown;
}

} // namespace

DriftRow label_drift(Witness& witness, const Wish<LabelWish>& wish) {
  using Names = std::vector<std::string>;
  const LabelWish& wanted = wish.value;
  const DriftRow row = row_about(
      "lsm", "label",
      wanted.label.empty() ? "none" : fmt::format("{} {}", escaped(wanted.module, 32), escaped(wanted.label)),
      wish.place, wish.origin);
  const auto lsms =
      witness.active_lsms().match([](const Seen<Names>& seen) { return std::optional(seen.value()); },
                                  [](const Gap&) { return std::optional<Names>(); });
  const auto enforcing =
      witness.count(source::host_selinux_enforce)
          .match([](const Seen<std::uint64_t>& seen) { return std::optional(seen.value() != 0); },
                 [](const Gap&) { return std::optional<bool>(); });
  return witness.task_attr().match(
      [&](const Seen<std::vector<TaskAttr>>& tasks) {
        const auto exited = exited_tids(witness);
        std::optional<DriftRow> worst;
        for (const TaskAttr& task : tasks.value()) {
          if (exited.contains(task.tid))
            continue;
          const TaskLabel label = label_of(task, lsms, enforcing);
          const Drift drift = compared(label, wanted);
          if (worst && worse(worst->drift, drift) == worst->drift)
            continue;
          worst = label.gap ? not_found_out(row, *label.gap)
                            : found(row, drift, label_words(label), tasks.source(),
                                    drift == Drift::weaker ? "load the profile, in enforce mode, and start "
                                                             "the program under it"
                                                           : "");
        }
        return worst ? *worst
                     : not_found_out(
                           row, {GapKind::malformed, std::string(tasks.source().name), "no thread was seen"});
      },
      [&](const Gap& gap) { return not_found_out(row, gap); });
}

} // namespace sbx
