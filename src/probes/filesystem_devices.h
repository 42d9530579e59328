// Which device nodes does the target have beyond those that every container has?
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/filesystem_sight.h"

#include <vector>

namespace sbx {

// The claim "devices", and warnings where `warn`. Names are listed, no device is opened.
void add_devices(Witness& witness, bool warn, Finding& finding, std::vector<Warning>& warnings);

} // namespace sbx
