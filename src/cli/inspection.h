// How does a run become a report? Every probe once, the identity of the target confirmed after them, the
// requirements judged. The same for a live kernel and for a recording.
#pragma once

#include "gate/requirement.h"
#include "probes/witness.h"
#include "report/report.h"

#include <vector>

namespace sbx {

// ErrorKind::target when the target changed or ended meanwhile: then there is no report.
Result<Report> inspect(Witness& witness, const std::vector<Requirement>& requirements);

// Who the target is; ErrorKind::target when it is gone.
Result<Identity> identify(Witness& witness);
Target target_of(Witness& witness, const Identity& identity);

} // namespace sbx
