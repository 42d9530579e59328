// What is wrong with a Landlock domain, or could be better, though it is enforced?
#pragma once

#include "core/warning.h"
#include "probes/landlock_claims.h"
#include "probes/landlock_offered.h"
#include "probes/landlock_places.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// About the weakest domain, its threads and what they hold. `places` are of that domain's rules.
std::vector<Warning> landlock_warnings(Witness& witness, const LandlockReach& reach,
                                       const LandlockOffered& offered,
                                       const std::vector<LandlockPlace>& places);

} // namespace sbx
