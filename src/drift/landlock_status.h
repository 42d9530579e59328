// What became of one wish of a Landlock policy, or of one rule of the kernel's? And what to do about it.
#pragma once

#include "drift/drift.h"

#include <string>
#include <string_view>

namespace sbx {

// In brackets: the drift where nothing else is said.
enum class LandlockStatus {
  as_asked,      // [same]
  fewer_rights,  // [stronger]
  more_rights,   // [weaker] or not restricted at all, though the policy asks for it
  skipped,       // [stronger] missing in the sandbox: nothing more is allowed, and what was asked for is not
                 // granted either. It is a list of its own, for the gate
  not_added,     // [same] as skipped, but the launcher leaves it out on purpose
  no_rule,       // [stronger] it exists, no rule is about it, and nothing above it grants what is wanted;
                 // [weaker] where a thread is in no domain
  replaced,      // [stronger] the rule is about what stood there before, not about what does now
  mounted_over,  // [stronger] a mount hides the file that the rule is about
  covered,       // [same] no rule of its own; one above it grants what is wanted
  covered_wider, // [weaker] the one above grants more than is wanted
  extra,         // [weaker] a rule that no wish is about; [same] where it opens nothing that is not wished
  unknown,       // [unknown]
};
std::string_view landlock_status_name(LandlockStatus status);

struct LandlockVerdict {
  LandlockStatus status = LandlockStatus::unknown;
  Drift drift = Drift::unknown;
  std::string held;       // in words
  std::string source;     // of evidence
  bool no_domain = false; // a thread is in none, so there is nothing to hold
};

// `hard`: the policy lets nothing be left out. Empty where there is nothing to do.
std::string landlock_remedy(const LandlockVerdict& verdict, bool hard);

} // namespace sbx
