// Which descriptors does the target hold that go around its Landlock domain? Landlock is asked when a file is
// opened, not when it is used.
#pragma once

#include "core/warning.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

void landlock_fd_warnings(Witness& witness, std::vector<Warning>& to);

} // namespace sbx
