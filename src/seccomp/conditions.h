// Under which conditions does each action happen, in words? "domain == AF_VSOCK: errno EPERM; otherwise:
// allow".
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/decision.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct SeccompCondition {
  // Terms joined by " && ", of the arguments as the kernel names them. high(x) and low(x) are the halves of
  // 64 bits; of an argument of which the kernel reads 32 bits, the name alone is the lower half. "otherwise"
  // is the last one's.
  std::string when;
  SeccompAction action;
  bool guessed = false; // it rests on a computation that was not followed, and may never happen
};

struct SeccompConditions {
  std::vector<SeccompCondition> list; // they exclude each other, and one of them always holds
  bool cut = false;                   // there are more, and the list is not whole
};

constexpr std::string_view otherwise = "otherwise";

// Of a decision that is no leaf.
SeccompConditions conditions_of(const Decisions& decisions, DecisionId id, SyscallAbi abi,
                                std::string_view syscall);

} // namespace sbx
