// Does the kernel run a guest behind KVM for the target, and what crosses that boundary? docs/vm.md.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding vm(Witness& witness);

} // namespace sbx
