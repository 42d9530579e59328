// Whose profile are these filters, by what they do? As a claim, and in one line.
#pragma once

#include "core/finding.h"
#include "probes/seccomp_view.h"
#include "probes/witness.h"
#include "seccomp/profile_match.h"

namespace sbx {

// What of a process a profile depends on: its bounding set and the kernel. Of a program by itself: nothing.
MatchSubject match_subject(Witness& witness);

// {"relation":"equals"|"differs"|"none","name","title","versions","names","capabilities","plus","minus","changed",
//  "differences","too_young","distance","refused_groups","words"}; docs/seccomp.md says what stands in each.
Claims profile_claim(const ProfileMatch& match);

struct SeccompProfiles {
  Claims all;        // of all filters together
  bool each = false; // there are several, and all together are none that is known: worth naming one by one
};
SeccompProfiles seccomp_profiles(const SeccompView& view, const MatchSubject& subject);

} // namespace sbx
