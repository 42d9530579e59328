// What do filters answer to every system call there is, by every way into the kernel?
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/decision.h"
#include "seccomp/evaluate.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

struct SyscallDecision {
  std::uint32_t number;
  std::string_view name;              // of syscalls_of()
  std::optional<DecisionId> decision; // nothing: not evaluated, the budget was spent
};

// Numbers that are no system call, as far as is known here: those that a later kernel may have are among
// them.
struct NumberDecision {
  NumberRange range;
  std::optional<DecisionId> decision;
};

struct AbiTable {
  SyscallAbi abi;
  std::vector<SyscallDecision> calls; // by rising number
  std::vector<NumberDecision> others; // by rising number; neighbours differ, or a system call lies between
  // What is done with a number for which no rule was written: that of most of the numbers that lie between
  // the system calls; above them some runtimes answer ENOSYS whatever their rules say. Nothing where that
  // depends on something.
  std::optional<SeccompAction> default_action;
};

struct NumberedCall {
  SyscallAbi abi;
  std::uint32_t number;
};

struct EffectiveTable {
  Decisions decisions;
  std::vector<AbiTable> abis;
  bool complete = true; // every call was evaluated
  // Let through before any filter is asked, though the filters say otherwise: the kernel knows uretprobe and
  // uprobe, which it makes for itself (kernel/seccomp.c, 6.14 and later).
  std::vector<NumberedCall> exempt;
  // The same of calls for which no such reason is known: then something was misread.
  std::vector<NumberedCall> disputed;
};

// The filters of some threads.
struct SeccompStack {
  SeccompChain chain; // empty: no filter
  // The kernel's own answer: what it lets through without asking them. always_allowed() reads these bitmaps;
  // null where it keeps none.
  const std::vector<std::uint8_t>* native = nullptr;
  const std::vector<std::uint8_t>* compat = nullptr;
};

// What the weakest of them answers: any thread can be made to act for the others. Programs as evaluate()
// wants them; `abis` as abis_of() lists them.
EffectiveTable effective_table(const std::vector<SeccompStack>& stacks, const std::vector<SyscallAbi>& abis,
                               SeccompBudget& budget);
EffectiveTable effective_table(const SeccompChain& chain, const std::vector<SyscallAbi>& abis,
                               SeccompBudget& budget);

const SyscallDecision* find_call(const AbiTable& table, std::string_view name);

} // namespace sbx
