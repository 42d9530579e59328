// What does a run say at its end, and into which file? The timeline of what was attempted, and the report of
// the process that was held.
#pragma once

#include "cli/command.h"
#include "cli/trace_log.h"
#include "policy/policy.h"
#include "report/report.h"

#include <optional>
#include <string>

namespace sbx {

struct RunReport {
  std::optional<Report> held;
  std::string not_held;              // why there is no report; empty where there is one
  std::string untraced;              // why there is no trace; empty where there is one
  std::optional<LandlockWish> asked; // what a policy asks for, so that it is laid beside what was attempted
};

// The report of the process that was held with its member "trace", else a document with the trace alone.
std::string run_json(const RunReport& run, TraceLog* log);

// To standard error, as the options want it.
Result<void> print_run(const RunReport& run, TraceLog* log, const Options& options);

} // namespace sbx
