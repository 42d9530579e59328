// How does a run become a report? Every probe once, the identity of the target confirmed after them, the
// requirements judged. The same for a live kernel and for a recording.
#pragma once

#include "cli/command.h"
#include "gate/requirement.h"
#include "policy/policy.h"
#include "policy/supervisor_log.h"
#include "probes/witness.h"
#include "report/report.h"

#include <optional>

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Before anything is inspected: a clause that makes no sense costs nothing and says so.
// `policy`: one is given, so that what only it can meet may be required.
Result<std::vector<Requirement>> requirements_of(const std::vector<std::string>& clauses,
                                                 bool policy = false);

// What the report is held against.
struct Wanted {
  std::vector<Requirement> requirements;
  std::optional<Policy> policy;
  std::optional<SupervisorLog> log;
  bool made_by = true; // who made it; of a whole sandbox that is asked once
};

// From the options, before anything is inspected.
Result<Wanted> wanted_of(const Options& options);

// ErrorKind::target when the target changed or ended meanwhile: then there is no report. With `only`, of that
// layer. With a policy, its last layer is "policy".
Result<Report> inspect(Witness& witness, const Wanted& wanted, std::string_view only = {});

// Who the target is; ErrorKind::target when it is gone.
Result<Identity> identify(Witness& witness);
Target target_of(Witness& witness, const Identity& identity);

} // namespace sbx
