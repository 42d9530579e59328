// Which namespaces does the target have of its own? namespaces(7), all eight kinds, over every thread.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding namespaces(Witness& witness);

} // namespace sbx
