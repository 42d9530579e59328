// Do the seccomp filters of a thread let it make the system calls that a deed needs? seccomp(2).
#pragma once

#include "core/answer.h"
#include "parse/tasks.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

class Witness;

// A system call, perhaps with one argument that the deed asks for: socket(AF_INET, ...).
struct SyscallUse {
  std::string_view name;
  struct Argument {
    unsigned index;
    std::uint32_t value;
  };
  std::optional<Argument> argument;
  SyscallUse(const char* call)
      : name(call) {} // NOLINT(google-explicit-constructor): a name alone is the usual case
  SyscallUse(const char* call, Argument with) : name(call), argument(with) {}
};

// One call of each group is needed; those of a group do the same work.
using Syscalls = std::vector<std::vector<SyscallUse>>;

struct SeccompReach {
  Answer answer = Answer::unknown;
  std::string detail;
  bool notified = false; // a listener is asked about one of the calls, under some arguments at least
};

// Which filter of target/seccomp is its newest: threads with another one are not alike. Nothing where it has
// none, or that was not seen.
std::optional<std::size_t> newest_filter(Witness& witness, const Task& task);

SeccompReach seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed);

// The same by the native way into the kernel alone, which is the one that ordinary programs take.
SeccompReach native_seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed);

} // namespace sbx
