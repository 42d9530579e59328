// Is exec unable to add privileges, where that was asked for?
#pragma once

#include "drift/drift.h"

namespace sbx {

DriftRow no_new_privs_drift(Witness& witness, const Wish<bool>& wish);

} // namespace sbx
