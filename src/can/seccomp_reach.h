// Do the seccomp filters of a thread let it make the system calls that a deed needs? seccomp(2).
#pragma once

#include "can/answer.h"
#include "parse/tasks.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

class Witness;

// One call of each group is needed; those of a group do the same work.
using Syscalls = std::vector<std::vector<std::string_view>>;

struct SeccompReach {
  Answer answer = Answer::unknown;
  std::string detail;
};

// Which filter of target/seccomp is its newest: threads with another one are not alike. Nothing where it has
// none, or that was not seen.
std::optional<std::size_t> newest_filter(Witness& witness, const Task& task);

SeccompReach seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed);

} // namespace sbx
