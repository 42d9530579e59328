// How much memory, how many processes and how much CPU do the control groups leave the target?
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// Claim: `limits`; each number "none" where nothing limits it, and null where that was not seen.
// Warnings: filesystem.no_memory_limit, no_pids_limit, no_cpu_limit.
void add_limits(Witness& witness, Finding& finding, std::vector<Warning>& warnings);

} // namespace sbx
