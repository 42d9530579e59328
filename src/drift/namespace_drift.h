// Is the target in namespaces of its own where that was asked for?
#pragma once

#include "drift/drift.h"

#include <vector>

namespace sbx {

// Its own: not the initial one. That it is another than the inspector's says nothing, and nor does that it is
// the same.
std::vector<DriftRow> namespace_drift(Witness& witness, const std::vector<Wish<NamespaceWish>>& wishes);

} // namespace sbx
