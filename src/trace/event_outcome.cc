#include "trace/event_outcome.h"

#include "core/errno_name.h"
#include "rules/syscall_argument.h"
#include "trace/native_abi.h"

#include <fmt/format.h>

namespace sbx {

int error_of(const TraceEvent& event) {
  constexpr std::int64_t most_errno = 4095; // MAX_ERRNO, include/linux/err.h
  return event.ret && *event.ret < 0 && *event.ret >= -most_errno ? static_cast<int>(-*event.ret) : 0;
}

std::string outcome_words(const TraceEvent& event) {
  if (!event.ret)
    return {};
  if (const int error = error_of(event))
    return errno_name(error);
  return *event.ret == 0 ? "ok" : fmt::format("= {}", *event.ret);
}

std::string status_words(std::uint64_t status) {
  const std::uint64_t signal = status & 0x7f; // wait(2): WTERMSIG, WCOREDUMP, WEXITSTATUS
  if (signal == 0)
    return fmt::format("exited with {}", status >> 8 & 0xff);
  return fmt::format("killed by {}{}", argument_value(native_abi, "kill", 1, signal),
                     status & 0x80 ? ", core dumped" : "");
}

} // namespace sbx
