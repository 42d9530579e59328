// Do the target's mounts make its paths read-only, masked or its own, as was asked for?
#pragma once

#include "drift/drift.h"

#include <vector>

namespace sbx {

std::vector<DriftRow> mount_drift(Witness& witness, const std::vector<Wish<MountWish>>& wishes);

} // namespace sbx
