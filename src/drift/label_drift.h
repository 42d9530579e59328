// Does every thread have the security label that was asked for, and is it enforced?
#pragma once

#include "drift/drift.h"

namespace sbx {

DriftRow label_drift(Witness& witness, const Wish<LabelWish>& wish);

} // namespace sbx
