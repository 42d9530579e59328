// What did the launcher try with each path that was asked for? Beside what is held of it.
#pragma once

#include "core/finding.h"
#include "parse/trace_events.h"
#include "policy/policy.h"

namespace sbx {

// Rows as drift/policy_drift.h makes them of this wish. Those of its paths get a member "attempted": "added:
// read_file", "not opened: ENOENT", "never tried".
Claims with_attempts(Claims rows, const LandlockWish& wish, const TraceEvents& trace);

} // namespace sbx
