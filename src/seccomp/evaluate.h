// What do stacked seccomp filters answer to a system call, whatever its arguments are? Abstract
// interpretation of classic BPF: the number and the architecture are known, or lie in a range, and the
// arguments are not.
#pragma once

#include "parse/seccomp_filters.h"
#include "seccomp/budget.h"
#include "seccomp/decision.h"
#include "seccomp/word_set.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace sbx {

using SeccompProgram = std::vector<SeccompInstruction>;
using SeccompChain = std::vector<const SeccompProgram*>; // the newest first, as the kernel asks them

struct SeccompCall {
  WordSet number;         // one value, or those of a range without names
  std::uint32_t arch = 0; // AUDIT_ARCH_*
};

// The programs have passed check_program(). Nothing where the budget is spent: then nothing is known of this
// call.
std::optional<DecisionId> evaluate(const SeccompChain& chain, const SeccompCall& call, Decisions& decisions,
                                   SeccompBudget& budget);

// Of two decisions about the same call, what the weaker says to each: allow before all else.
std::optional<DecisionId> evaluate_weaker(DecisionId one, DecisionId other, Decisions& decisions,
                                          SeccompBudget& budget);

} // namespace sbx
