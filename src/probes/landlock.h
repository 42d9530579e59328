// Is every thread in a Landlock domain, and how much does the weakest one handle? landlock(7). The kernel
// shows nothing of it in /proc: the domains are read from kernel memory.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding landlock(Witness& witness);

} // namespace sbx
