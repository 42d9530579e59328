#include "parse/proc_status.h"

#include "core/escape.h"
#include "parse/line.h"

#include <set>

namespace sbx {

namespace {

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
    return take(status.tgid, number<std::int64_t>(value));
  if (key == "Pid")
    return take(status.pid, number<std::int64_t>(value));
  if (key == "PPid")
    return take(status.ppid, number<std::int64_t>(value));
  if (key == "TracerPid")
    return take(status.tracer_pid, number<std::int64_t>(value));
  if (key == "Uid")
    return take_ids(status.uid, value);
  if (key == "Gid")
    return take_ids(status.gid, value);
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
  each_line(text, [&](std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
      problem = "a line without a key: " + escaped(line, 80);
    else if (!keys.insert(line.substr(0, colon)).second)
      problem = "printed twice: " + escaped(line.substr(0, colon), 40);
    else if (!take_field(status, line.substr(0, colon), trimmed(line.substr(colon + 1))))
      problem = "unreadable value: " + escaped(line, 80);
    return problem.empty();
  });
  if (!problem.empty())
    return malformed(std::move(problem));
  if (keys.empty())
    return malformed("empty");
  return status;
}

} // namespace sbx
