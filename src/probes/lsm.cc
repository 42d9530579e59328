#include "probes/lsm.h"

#include "core/escape.h"
#include "probes/target_ns.h"
#include "rules/errno_gap.h"
#include "rules/lsm_label.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Names = std::vector<std::string>;

// One thread: its label, or that no module labels it, or why that was not seen.
struct TaskLabel {
  std::optional<LsmLabel> label;
  std::string module;
  std::optional<Gap> gap;
};

bool active(const std::optional<Names>& lsms, std::string_view name) {
  return lsms && std::find(lsms->begin(), lsms->end(), name) != lsms->end();
}

// Which module wrote attr/current is not in its text, so it is SELinux only where the list says so, and where
// the list was not seen only if the text has its form. apparmor/ and smack/ are their own directories.
TaskLabel label_of(const TaskAttr& task, const std::optional<Names>& lsms, std::optional<bool> enforcing) {
  if (task.apparmor)
    return {apparmor_label(*task.apparmor), "apparmor", {}};
  if (task.smack)
    return {smack_label(*task.smack), "smack", {}};
  if (task.current) {
    if (active(lsms, "selinux") || !lsms)
      if (auto label = selinux_label(*task.current, enforcing)) {
        if (label->confines && !enforcing)
          return {{},
                  "",
                  Gap{GapKind::unsupported, std::string(source::host_selinux_enforce.name),
                      "whether SELinux enforces or only logs could not be seen; its label is " +
                          escaped(label->label, 128)}};
        return {std::move(label), "selinux", {}};
      }
    if (active(lsms, "apparmor")) // 5.7 and older: no directory of its own
      return {apparmor_label(*task.current), "apparmor", {}};
    return {{},
            "",
            Gap{GapKind::malformed, std::string(source::target_tasks_attr.name),
                "a label of an unknown module: " + escaped(*task.current, 80)}};
  }
  // EINVAL: no module answers for attr/current. SELinux without a policy and modules that do not label say so
  // too.
  const int error = task.current.error();
  const auto none = [](const Label& label) { return label.error() == ENOENT || label.error() == EINVAL; };
  if (error == EINVAL && none(task.apparmor) && none(task.smack))
    return {};
  if (error == ENOENT && none(task.apparmor) && none(task.smack))
    return {{},
            "",
            Gap{GapKind::unsupported, std::string(source::target_tasks_attr.name),
                "this kernel shows no security labels (no attr directory)"}};
  return {{},
          "",
          gap_of(source::target_tasks_attr, {error, fmt::format("reading the label of thread {}", task.tid)},
                 true)};
}

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

std::string words(const TaskLabel& task) {
  if (!task.label)
    return "no label";
  return fmt::format("{} {}{}", task.module, escaped(task.label->label, 128),
                     task.label->mode.empty() || task.label->mode == task.label->label
                         ? ""
                         : " (" + escaped(task.label->mode, 32) + ")");
}

Finding stated(const Seen<std::vector<TaskAttr>>& attr, const OverTasks& found,
               const std::optional<Names>& lsms) {
  if (found.complains && found.tally.unseen == 0 && found.tally.with == 0)
    return Finding::partial(attr,
                            words(*found.weakest) + ": what it forbids is logged or not seen to be refused");
  switch (judge(found.tally)) {
  case State::enforced:
    return Finding::enforced(attr, words(*found.weakest));
  case State::partial:
    return Finding::partial(attr,
                            fmt::format("confined on {} of {} threads; the weakest: {}", found.tally.with,
                                        found.tally.with + found.tally.without, words(*found.weakest)));
  case State::absent:
    if (found.weakest->label)
      return Finding::absent(attr, words(*found.weakest));
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
