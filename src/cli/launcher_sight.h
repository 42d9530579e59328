// What was seen of a process that tells of its launcher? From its witness, as the recognisers want it.
#pragma once

#include "core/finding.h"
#include "launchers/launcher_sight.h"
#include "probes/witness.h"

#include <string>
#include <utility>
#include <vector>

namespace sbx {

// `layers`: what was found of that process.
LauncherSight launcher_sight(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers);

} // namespace sbx
