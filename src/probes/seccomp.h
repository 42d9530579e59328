// Does every thread run under seccomp, in which mode, and with how many filters? seccomp(2); what the filters
// allow is another question.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding seccomp(Witness& witness);

} // namespace sbx
