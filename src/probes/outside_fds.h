// Which open descriptors lead the target out of its root directory or its namespaces? files/outside_fd.h says
// what that is.
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// Claims: `fds_outside`, a list that is null where none was found and not all was seen, or some are unclear;
// `fds_outside_count`; `fds_unclear`, those that may lead out; `fds_stdio`, what a launcher gives everybody.
// Warnings: filesystem.fd_*.
void add_outside_fds(Witness& witness, Finding& finding, std::vector<Warning>& warnings);

} // namespace sbx
