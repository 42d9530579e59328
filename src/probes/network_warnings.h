// What about the target's network should somebody look at?
#pragma once

#include "core/warning.h"
#include "probes/network_view.h"

#include <vector>

namespace sbx {

void network_warnings(Witness& witness, const NetworkView& view, std::vector<Warning>& to);

} // namespace sbx
