// What does the network of the target let out, and who holds it back? network_namespaces(7).
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

// Claims: docs/report-format.md, "network". The widest of its network namespaces decides.
Finding network(Witness& witness);

} // namespace sbx
