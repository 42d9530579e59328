// Which LSMs are active, and does one of them confine every thread by its label? proc_pid_attr(5).
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding lsm(Witness& witness);

} // namespace sbx
