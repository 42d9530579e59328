// How many Landlock layers does each task of the machine live under? From kernel memory, in one pass over all
// of them. In the dialect of parse/landlock_layers.h.
#pragma once

#include "core/reading.h"

namespace sbx {

// `own`: a pidfd of the inspector. Refused as a whole where any task cannot be told.
Reading read_machine_landlock(int own);

} // namespace sbx
