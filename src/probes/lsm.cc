#include "probes/lsm.h"

#include "core/escape.h"
#include "probes/target_ns.h"
#include "probes/task_label.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Names = std::vector<std::string>;

struct OverTasks {
  std::vector<TaskLabel> labels;
  Tally tally; // "with": confined and enforced
  bool complains = false;
  const TaskLabel* weakest = nullptr;
  std::optional<Gap> gap;
};

OverTasks over_tasks(Witness& witness, const std::vector<TaskAttr>& tasks, const std::optional<Names>& lsms,
                     std::optional<bool> enforcing) {
  const auto exited = exited_tids(witness);
  OverTasks found;
  for (const TaskAttr& task : tasks)
    if (!exited.contains(task.tid))
      found.labels.push_back(label_of(task, lsms, enforcing));
  const auto rank = [](const TaskLabel& task) {
    return !task.label ? 0 : !task.label->confines ? 1 : !task.label->enforces ? 2 : 3;
  };
  for (const TaskLabel& task : found.labels) {
    if (task.gap) {
      ++found.tally.unseen;
      found.gap = found.gap ? found.gap : task.gap;
      continue;
    }
    const bool confined = task.label && task.label->confines;
    ++(confined && task.label->enforces ? found.tally.with : found.tally.without);
    found.complains = found.complains || (confined && !task.label->enforces);
    if (!found.weakest || rank(task) < rank(*found.weakest))
      found.weakest = &task;
  }
  return found;
}

Finding stated(const Seen<std::vector<TaskAttr>>& attr, const OverTasks& found,
               const std::optional<Names>& lsms) {
  if (found.complains && found.tally.unseen == 0 && found.tally.with == 0)
    return Finding::partial(attr, label_words(*found.weakest) +
                                      ": what it forbids is logged or not seen to be refused");
  switch (judge(found.tally)) {
  case State::enforced:
    return Finding::enforced(attr, label_words(*found.weakest));
  case State::partial:
    return Finding::partial(attr,
                            fmt::format("confined on {} of {} threads; the weakest: {}", found.tally.with,
                                        found.tally.with + found.tally.without, label_words(*found.weakest)));
  case State::absent:
    if (found.weakest->label)
      return Finding::absent(attr, label_words(*found.weakest));
    return Finding::absent(attr, lsms ? "no AppArmor, SELinux or Smack label here"
                                      : "no module labels this process");
  case State::unknown:
  case State::not_applicable:
    break;
  }
  return Finding::unknown(
      found.gap.value_or(Gap{GapKind::malformed, std::string(attr.source().name), "no thread was seen"}));
}

Claims text_claim(const OverTasks& found, std::string LsmLabel::*member) {
  if (!found.weakest || !found.weakest->label || (found.weakest->label.value().*member).empty())
    return nullptr;
  return escaped(found.weakest->label.value().*member);
}

} // namespace

Finding lsm(Witness& witness) {
  const auto lsms =
      witness.active_lsms().match([](const Seen<Names>& seen) { return std::optional(seen.value()); },
                                  [](const Gap&) { return std::optional<Names>(); });
  const auto enforcing =
      witness.count(source::host_selinux_enforce)
          .match([](const Seen<std::uint64_t>& seen) { return std::optional(seen.value() != 0); },
                 [](const Gap&) { return std::optional<bool>(); });
  const Claims active_claim = lsms ? Claims(*lsms) : Claims();
  return witness.task_attr().match(
      [&](const Seen<std::vector<TaskAttr>>& attr) {
        const OverTasks found = over_tasks(witness, attr.value(), lsms, enforcing);
        return Finding(stated(attr, found, lsms)
                           .claim("active", active_claim)
                           .claim("label", text_claim(found, &LsmLabel::label))
                           .claim("mode", text_claim(found, &LsmLabel::mode))
                           .claim("module", found.weakest && found.weakest->label
                                                ? Claims(found.weakest->module)
                                                : Claims())
                           .claim("tasks_total", found.tally.total()));
      },
      [&](const Gap& gap) {
        return Finding(Finding::unknown(gap)
                           .claim("active", active_claim)
                           .claim("label", nullptr)
                           .claim("mode", nullptr)
                           .claim("module", nullptr)
                           .claim("tasks_total", nullptr));
      });
}

} // namespace sbx
