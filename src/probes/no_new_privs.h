// Is exec unable to add privileges, on every thread? PR_SET_NO_NEW_PRIVS(2const).
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding no_new_privs(Witness& witness);

} // namespace sbx
