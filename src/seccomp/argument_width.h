// Does a filter look at 64 bits of an argument of which the kernel reads 32? Then who sets the upper half
// passes: the rule sees another value, and the kernel still sees the one that was to be refused.
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/budget.h"
#include "seccomp/decision.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbx {

struct WidthGap {
  unsigned argument;         // from 0
  std::uint64_t refused;     // with this value, and what the other arguments must be, the call is refused
  std::uint64_t let_through; // the same lower 32 bits with an upper half: let through
  SeccompAction refusal;
};

// The first such argument of this system call. Nothing also once the budget is spent.
std::optional<WidthGap> width_gap(const Decisions& decisions, DecisionId id, SyscallAbi abi,
                                  std::string_view syscall, SeccompBudget& budget);

} // namespace sbx
