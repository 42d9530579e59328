// Does every thread run as the user and the group that were asked for?
#pragma once

#include "drift/drift.h"

#include <vector>

namespace sbx {

// Wishes are numbered as the target's user namespace does it, so what the kernel shows us is taken back
// through its maps.
std::vector<DriftRow> user_drift(Witness& witness, const Wish<UserWish>& wish);

} // namespace sbx
