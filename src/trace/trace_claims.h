// How does a trace join a report? As its member "trace".
#pragma once

#include "core/finding.h"
#include "trace/trace_warnings.h"

namespace sbx {

// Whole numbers, escaped texts, and at most 10,000 entries of any list: "total" counts what there was.
Claims trace_claims(const TraceEvents& trace, TraceScope scope);

// One line of the timeline, as it stands in the claims.
Claims event_claims(const TraceEvent& event);

Claims skipped_path_claims(const SkippedPath& skipped);

} // namespace sbx
