// Do the seccomp filters of a thread let it make the system calls that a deed needs? seccomp(2).
#pragma once

#include "can/answer.h"
#include "parse/tasks.h"

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

SeccompReach seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed);

} // namespace sbx
