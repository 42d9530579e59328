// Which capabilities does the weakest thread hold, and in which user namespace do they count?
// capabilities(7).
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding capabilities(Witness& witness);

} // namespace sbx
