// Who made a sandbox? What was seen of one of its processes, as the recognisers of launchers want it.
#pragma once

#include "launchers/launcher_sight.h"
#include "probes/witness.h"
#include "report/report.h"

namespace sbx {

// Of one process, with what is above and below it.
MadeBy made_by(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers);

// `layers`: what was found of that process.
LauncherSight sight_of(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers);

} // namespace sbx
