// Which secrets does the target hold in its environment, by the names of its variables? Values are never
// looked at.
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// Claims: `secrets_in_environment`, null where it was not read, and `environment_not_read`, why.
// Warning: filesystem.environment_secrets.
void add_environment(Witness& witness, Finding& finding, std::vector<Warning>& warnings);

} // namespace sbx
