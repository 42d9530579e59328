// How are launchers written in JSON? schemas/report.v1.schema.json, "launcher".
#pragma once

#include "core/finding.h"
#include "launchers/launcher.h"

#include <vector>

namespace sbx {

Claims launcher_claims(const std::vector<Launcher>& chain);

} // namespace sbx
