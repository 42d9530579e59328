// By which variables does the process say that it is sandboxed? It may have written them itself: claims.
#pragma once

#include "policy/policy.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// One "env NAME" for each marker of target/environ; where it was not read, one that says so.
std::vector<Wish<Claimed>> environment_claims(Witness& witness);

} // namespace sbx
