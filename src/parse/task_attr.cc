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

Parsed<TaskAttr> parse_line(std::string_view line) {
  const auto parts = words(line);
  TaskAttr task;
  const auto tid = parts.size() == 4 ? number<std::int64_t>(parts[0]) : std::nullopt;
  if (!tid || *tid <= 0 || !take_label(task.current, "current", parts[1]) ||
      !take_label(task.apparmor, "apparmor", parts[2]) || !take_label(task.smack, "smack", parts[3]))
    return malformed("not a task's labels: " + escaped(line, 80));
  task.tid = *tid;
  return task;
}

} // namespace

Parsed<std::vector<TaskAttr>> parse_task_attr(std::string_view text) {
  return parse_each_line<TaskAttr>(text, parse_line);
}

} // namespace sbx
