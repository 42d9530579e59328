// Does any thread hold a capability that was not asked for?
#pragma once

#include "drift/drift.h"

#include <vector>

namespace sbx {

std::vector<DriftRow> capability_drift(Witness& witness, const std::vector<Wish<CapabilityWish>>& wishes);

} // namespace sbx
