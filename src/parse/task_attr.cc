#include "parse/task_attr.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

namespace {

// "name=:label" or "name=!ERRNO"; false when it is neither.
bool take_label(Label& label, std::string_view name, std::string_view word) {
  if (!word.starts_with(name) || word.size() < name.size() + 2 || word[name.size()] != '=')
    return false;
  const char kind = word[name.size() + 1];
  const std::string_view value = word.substr(name.size() + 2);
  if (kind == ':') {
    std::string bytes;
    const bool good = unescape(value, bytes);
    label = std::move(bytes);
    return good;
  }
  const auto error = errno_from_name(value);
  if (kind != '!' || !error)
    return false;
  label = tl::unexpected<int>(*error);
  return true;
}

} // namespace

Parsed<std::vector<TaskAttr>> parse_task_attr(std::string_view text) {
  std::vector<TaskAttr> tasks;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    TaskAttr task;
    const auto tid = parts.size() == 4 ? number<std::int64_t>(parts[0]) : std::nullopt;
    if (!tid || *tid <= 0 || !take_label(task.current, "current", parts[1]) ||
        !take_label(task.apparmor, "apparmor", parts[2]) || !take_label(task.smack, "smack", parts[3])) {
      problem = "not a task's labels: " + escaped(line, 80);
      return false;
    }
    task.tid = *tid;
    tasks.push_back(std::move(task));
    return true;
  });
  if (problem.empty() && cut_off(text))
    problem = "the last line is cut off";
  if (!problem.empty())
    return malformed(std::move(problem));
  if (tasks.empty())
    return malformed("no task at all");
  return tasks;
}

} // namespace sbx
