#include "can/seccomp_reach.h"

#include <fmt/core.h>

namespace sbx {

// What a filter allows is not read here yet: a thread that has one is unknown.
SeccompReach seccomp_reach(Witness&, const Task& task, const Syscalls&) {
  constexpr unsigned mode_none = 0, mode_strict = 1, mode_filter = 2; // include/uapi/linux/seccomp.h
  if (!task.status || !task.status->seccomp)
    return {Answer::unknown, "its seccomp mode was not seen"};
  switch (*task.status->seccomp) {
  case mode_none:
    return {Answer::yes, "no filter"};
  case mode_strict: // read(2), write(2), _exit(2) and sigreturn(2) alone, and nothing asked here is done by
                    // those
    return {Answer::no, "strict mode lets it read and write what it holds open, and nothing else"};
  case mode_filter:
    return {Answer::unknown, "its filters were not evaluated"};
  default:
    return {Answer::unknown,
            fmt::format("a seccomp mode that is not known here ({})", *task.status->seccomp)};
  }
}

} // namespace sbx
