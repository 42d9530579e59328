#include "parse/proc_status.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

// In the order in which every kernel prints them (fs/proc/array.c). gVisor prints a task's name with its
// newlines as they are (pkg/sentry/fsimpl/proc), so a name can hold a line of its own; but it always comes
// before State, and so what it forges is out of order.
constexpr std::array<std::string_view, 20> order{
    "Name",   "State",  "Tgid",   "Pid",        "PPid",    "TracerPid",      "Uid",
    "Gid",    "Groups", "NSpid",  "Kthread",    "Threads", "CapInh",         "CapPrm",
    "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"};

template <class T> bool take(std::optional<T>& field, std::optional<T> value) {
  field = value;
  return field.has_value();
}

bool take_ids(std::optional<std::array<std::uint32_t, 4>>& field, std::string_view value) {
  const auto parts = words(value);
  if (parts.size() != 4)
    return false;
  std::array<std::uint32_t, 4> ids{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto id = number<std::uint32_t>(parts[i]);
    if (!id)
      return false;
    ids[i] = *id;
  }
  field = ids;
  return true;
}

bool take_groups(std::optional<std::vector<std::uint32_t>>& field, std::string_view value) {
  std::vector<std::uint32_t> groups;
  for (const std::string_view word : words(value)) {
    const auto group = number<std::uint32_t>(word);
    if (!group)
      return false;
    groups.push_back(*group);
  }
  field = std::move(groups);
  return true;
}

bool take_nspid(std::optional<std::vector<std::int64_t>>& field, std::string_view value) {
  std::vector<std::int64_t> pids;
  for (const std::string_view word : words(value)) {
    const auto pid = number<std::int64_t>(word);
    if (!pid || *pid < 0)
      return false;
    pids.push_back(*pid);
  }
  field = std::move(pids);
  return !field->empty();
}

bool take_pid(std::optional<std::int64_t>& field, std::string_view value) {
  field = number<std::int64_t>(value);
  return field && *field >= 0;
}

bool take_bool(std::optional<bool>& field, std::string_view value) {
  if (value != "0" && value != "1")
    return false;
  field = value == "1";
  return true;
}

bool take_state(std::optional<char>& field, std::string_view value) {
  if (value.empty() || (value.size() > 1 && value[1] != ' '))
    return false;
  field = value[0];
  return true;
}

// False for a value that does not fit its key; keys we do not read are fine.
bool take_field(ProcStatus& status, std::string_view key, std::string_view value) {
  const auto mask = [&] { return number<std::uint64_t>(value, 16); };
  if (key == "Name")
    return take(status.name, std::optional(std::string(value)));
  if (key == "State")
    return take_state(status.state, value);
  if (key == "Tgid")
    return take_pid(status.tgid, value);
  if (key == "Pid")
    return take_pid(status.pid, value);
  if (key == "PPid")
    return take_pid(status.ppid, value);
  if (key == "TracerPid")
    return take_pid(status.tracer_pid, value);
  if (key == "Uid")
    return take_ids(status.uid, value);
  if (key == "Gid")
    return take_ids(status.gid, value);
  if (key == "Groups")
    return take_groups(status.groups, value);
  if (key == "NSpid")
    return take_nspid(status.nspid, value);
  if (key == "Threads")
    return take(status.threads, number<std::uint64_t>(value));
  if (key == "CapInh")
    return take(status.cap_inh, mask());
  if (key == "CapPrm")
    return take(status.cap_prm, mask());
  if (key == "CapEff")
    return take(status.cap_eff, mask());
  if (key == "CapBnd")
    return take(status.cap_bnd, mask());
  if (key == "CapAmb")
    return take(status.cap_amb, mask());
  if (key == "NoNewPrivs")
    return take_bool(status.no_new_privs, value);
  if (key == "Seccomp")
    return take(status.seccomp, number<unsigned>(value));
  if (key == "Seccomp_filters")
    return take(status.seccomp_filters, number<std::uint64_t>(value));
  if (key == "Kthread")
    return take_bool(status.kthread, value);
  return true;
}

} // namespace

Parsed<ProcStatus> parse_proc_status(std::string_view text) {
  ProcStatus status;
  std::set<std::string_view> keys;
  std::string problem;
  auto next = order.begin();
  each_line(text, [&](std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view key = line.substr(0, colon);
    const auto place = std::find(order.begin(), order.end(), key);
    if (colon == std::string_view::npos || colon == 0)
      problem = "a line without a key: " + escaped(line, 80);
    else if (!keys.insert(key).second)
      problem = "printed twice: " + escaped(key, 40);
    else if (place < next)
      problem = "out of the kernel's order: " + escaped(key, 40);
    else if (!take_field(status, key, trimmed(line.substr(colon + 1))))
      problem = "unreadable value: " + escaped(line, 80);
    next = place == order.end() ? next : place;
    return problem.empty();
  });
  if (problem.empty() && cut_off(text))
    problem = "the last line is cut off";
  if (!problem.empty())
    return malformed(std::move(problem));
  if (keys.empty())
    return malformed("empty");
  return status;
}

} // namespace sbx
