// Do the filters let through what the wanted profile does, by what both come to?
#pragma once

#include "drift/drift.h"

namespace sbx {

DriftRow seccomp_drift(Witness& witness, const Wish<SeccompWish>& wish);

} // namespace sbx
