#include "seccomp/action.h"

#include "core/errno_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>

namespace sbx {

namespace {

struct Row {
  std::uint32_t value; // SECCOMP_RET_*
  ActionKind kind;
  std::string_view name, words;
  bool has_data;
};

// In the order of ActionKind.
constexpr std::array rows{
    Row{0x80000000, ActionKind::kill_process, "kill_process", "kill the process", false},
    Row{0x00000000, ActionKind::kill_thread, "kill_thread", "kill the thread", false},
    Row{0x00030000, ActionKind::trap, "trap", "SIGSYS", true},
    Row{0x00050000, ActionKind::fails, "errno", "errno", true},
    Row{0x7fc00000, ActionKind::notify, "notify", "ask the listener", false},
    Row{0x7ff00000, ActionKind::trace, "trace", "ask the tracer", true},
    Row{0x7ffc0000, ActionKind::log, "log", "allow and log", false},
    Row{0x7fff0000, ActionKind::allow, "allow", "allow", false},
};

constexpr std::uint32_t action_bits = 0xffff0000,
                        data_bits = 0xffff; // SECCOMP_RET_ACTION_FULL, SECCOMP_RET_DATA
constexpr std::uint32_t most_errno = 4095;  // MAX_ERRNO

const Row& row_of(ActionKind kind) { return rows[static_cast<std::size_t>(kind)]; }

// ACTION_ONLY() of kernel/seccomp.c, which compares as signed.
std::int32_t order(const SeccompAction& action) {
  const std::uint32_t value =
      action.unknown != 0 ? std::uint32_t{action.unknown} << 16 : row_of(action.kind).value;
  return static_cast<std::int32_t>(value);
}

} // namespace

SeccompAction action_of(std::uint32_t returned) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Row& it) { return it.value == (returned & action_bits); });
  if (row == rows.end())
    return {ActionKind::kill_process, 0, static_cast<std::uint16_t>(returned >> 16)};
  const std::uint32_t data = row->has_data ? returned & data_bits : 0;
  return {row->kind,
          static_cast<std::uint16_t>(row->kind == ActionKind::fails ? std::min(data, most_errno) : data)};
}

SeccompAction stricter(SeccompAction newer, SeccompAction older) {
  return order(older) < order(newer) ? older : newer;
}

bool refuses(SeccompAction action) { return action.kind <= ActionKind::fails; }
bool lets_through(SeccompAction action) { return action.kind >= ActionKind::log; }

std::string action_name(SeccompAction action) {
  const Row& row = row_of(action.kind);
  const bool numbered = row.has_data && (action.kind == ActionKind::fails || action.data != 0);
  return numbered ? fmt::format("{}:{}", row.name, action.data) : std::string(row.name);
}

std::string action_words(SeccompAction action) {
  const Row& row = row_of(action.kind);
  if (action.kind == ActionKind::fails)
    return action.data == 0 ? "pretend success" : fmt::format("errno {}", errno_name(action.data));
  return std::string(row.words);
}

std::optional<SeccompAction> parse_action(std::string_view name) {
  const std::string_view word = name.substr(0, name.find(':'));
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& it) { return it.name == word; });
  if (row == rows.end())
    return std::nullopt;
  SeccompAction action{row->kind, 0};
  if (word.size() == name.size())
    return row->kind == ActionKind::fails ? std::nullopt : std::optional(action);
  const std::string_view data = name.substr(word.size() + 1);
  if (!row->has_data || data.empty())
    return std::nullopt;
  const auto [end, failed] = std::from_chars(data.data(), data.data() + data.size(), action.data);
  if (failed == std::errc() && end == data.data() + data.size())
    return action;
  if (row->kind != ActionKind::fails)
    return std::nullopt;
  const auto number = errno_from_name(data);
  return number ? std::optional(SeccompAction{row->kind, static_cast<std::uint16_t>(*number)}) : std::nullopt;
}

} // namespace sbx
