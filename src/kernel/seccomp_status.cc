#include "kernel/seccomp_status.h"

#include <charconv>
#include <limits>

namespace sbx {

namespace {

template <class Number> std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// The value of a line. The kernel escapes the name that the thread gave itself.
std::optional<std::string_view> line(std::string_view status, std::string_view key) {
  const std::string head = "\n" + std::string(key) + ":\t";
  const std::size_t at = status.find(head);
  if (at == std::string_view::npos)
    return std::nullopt;
  const std::string_view rest = status.substr(at + head.size());
  return rest.substr(0, rest.find('\n'));
}

// Field 22 of proc_pid_stat(5), counted behind the name.
std::optional<std::uint64_t> start_ticks(std::string_view stat) {
  std::size_t at = stat.rfind(')');
  for (int field = 2; at != std::string_view::npos && field < 22; ++field)
    at = stat.find(' ', at + 1);
  if (at == std::string_view::npos)
    return std::nullopt;
  const std::string_view rest = stat.substr(at + 1);
  return number<std::uint64_t>(rest.substr(0, rest.find_first_of(" \n")));
}

} // namespace

std::optional<SeccompStatus> seccomp_status(std::string_view status, std::string_view stat,
                                            long ticks_per_second) {
  constexpr std::uint64_t second = 1'000'000'000;
  const auto state = line(status, "State"), mode = line(status, "Seccomp"),
             tracer = line(status, "TracerPid");
  const auto ticks = start_ticks(stat);
  const std::uint64_t tick = second / static_cast<std::uint64_t>(ticks_per_second > 0 ? ticks_per_second : 1);
  if (!state || state->empty() || !mode || !tracer || !ticks ||
      *ticks > std::numeric_limits<std::uint64_t>::max() / second)
    return std::nullopt;
  SeccompStatus found;
  const auto mode_number = number<std::uint32_t>(*mode);
  const auto tracer_number = number<std::int32_t>(*tracer);
  if (!mode_number || !tracer_number)
    return std::nullopt;
  found.mode = *mode_number;
  found.tracer = *tracer_number;
  if (const auto count = line(status, "Seccomp_filters"))
    if (!(found.count = number<std::uint32_t>(*count)))
      return std::nullopt;
  found.exited = state->front() == 'Z' || state->front() == 'X';
  found.start_boottime = *ticks * tick;
  return found;
}

} // namespace sbx
