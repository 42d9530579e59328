// What went wrong while a sandbox was made, and the program went on all the same?
#pragma once

#include "core/warning.h"
#include "trace/course.h"
#include "trace/skipped_paths.h"

#include <vector>

namespace sbx {

enum class TraceScope {
  launch,   // from the first instruction on
  attached, // of processes that lived already: what they did before was not seen
};

// Ids: trace.landlock_failed, trace.landlock_unapplied, trace.seccomp_failed, trace.no_new_privs_failed,
// trace.userns_failed, trace.namespaces_failed, trace.capabilities_failed, trace.user_failed,
// trace.mounts_failed: a call failed, nothing made it good, and then a file was executed. And
// trace.path_skipped, trace.path_missing, trace.nothing_attempted, trace.events_lost, trace.calls_missing.
std::vector<Warning> trace_warnings(const TraceEvents& trace, const Course& course,
                                    const std::vector<SkippedPath>& skipped, TraceScope scope);

} // namespace sbx
