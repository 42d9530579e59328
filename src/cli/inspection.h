// How does a run become a report? Every probe once, the identity of the target confirmed after them, the
// requirements judged. The same for a live kernel and for a recording.
#pragma once

#include "gate/requirement.h"
#include "probes/witness.h"
#include "report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Before anything is inspected: a clause that makes no sense costs nothing and says so.
Result<std::vector<Requirement>> requirements_of(const std::vector<std::string>& clauses);

// ErrorKind::target when the target changed or ended meanwhile: then there is no report. With `only`, of that
// layer.
Result<Report> inspect(Witness& witness, const std::vector<Requirement>& requirements,
                       std::string_view only = {});

// Who the target is; ErrorKind::target when it is gone.
Result<Identity> identify(Witness& witness);
Target target_of(Witness& witness, const Identity& identity);

} // namespace sbx
