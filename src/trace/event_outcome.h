// What came of a call, or of a process?
#pragma once

#include "parse/trace_events.h"

#include <cstdint>
#include <string>

namespace sbx {

// "ok", "ENOENT"; of landlock_create_ruleset and others that answer with a number "= 3"; empty for what is no
// system call.
std::string outcome_words(const TraceEvent& event);

// The errno of a system call that failed; 0: it did not fail, or is none.
int error_of(const TraceEvent& event);

// "exited with 1", "killed by SIGSYS": a status of wait(2).
std::string status_words(std::uint64_t status);

} // namespace sbx
