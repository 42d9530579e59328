// What does the user require? One clause of --require, checked before anything is inspected.
#pragma once

#include "core/error.h"
#include "gate/claim_rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Wants {
  enforced,            // the layer, on every thread
  landlock_level,      // enforced on every thread, with every right of the ABIs up to `number`
  landlock_kernel_abi, // what the kernel offers, whatever the target does with it
  seccomp_denies,      // every call of `names` is refused on every thread, by every way into the kernel
  seccomp_profile,     // `names` has one: the filters, or one of them, equal that profile on every thread
  seccomp_default,     // `names` has one: what is done with a call for which there is no rule, "errno" or
                       // "errno:38"
  policy_none,         // of what a policy asks for, `names` has the claim that must be empty: "skipped"
  policy_drift,        // everything that the policy asks for is in force
  claim,               // what the claim of `row` is
};

// Only what a policy was compared with can meet these.
inline bool needs_policy(Wants wants) { return wants == Wants::policy_none || wants == Wants::policy_drift; }

struct Requirement {
  std::string expression; // as the user wrote it
  std::string layer;      // the id of the finding that decides
  Wants wants = Wants::enforced;
  unsigned number = 0; // at least 1 where a number is wanted
  std::vector<std::string> names;
  const ClaimRow* row = nullptr; // where a claim is wanted
};

// clause = layer / levelled (">=" number / "=" number "+") / named "=" name *("+" name) / fixed "=" its
// value / the subject of a claim "=" one of its values. In names, '-' and '_' are the same. The second form
// is for shells, where an unquoted ">" is a redirection; that is also why a levelled name alone is refused
// instead of meaning "at least something": the accident must not be a weaker gate.
Result<Requirement> parse_requirement(std::string_view clause);

} // namespace sbx
