#include "probes/task_label.h"

#include "core/escape.h"
#include "core/source.h"
#include "rules/errno_gap.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

using Names = std::vector<std::string>;

bool active(const std::optional<Names>& lsms, std::string_view name) {
  return lsms && std::find(lsms->begin(), lsms->end(), name) != lsms->end();
}

} // namespace

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

std::string label_words(const TaskLabel& task) {
  if (!task.label)
    return "no label";
  return fmt::format("{} {}{}", task.module, escaped(task.label->label, 128),
                     task.label->mode.empty() || task.label->mode == task.label->label
                         ? ""
                         : " (" + escaped(task.label->mode, 32) + ")");
}

} // namespace sbx
