// What confines a virtual machine monitor itself? Who breaks out of its guest has what is said here.
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// The states of its own layers, {"landlock": "absent", ...}. Warning: vm.monitor_unconfined.
Claims vm_monitor(Witness& witness, std::vector<Warning>& warnings);

} // namespace sbx
