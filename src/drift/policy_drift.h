// Is what was asked for in force? All wishes of a policy, and what they make of a report.
#pragma once

#include "drift/drift.h"
#include "drift/landlock_drift.h"

#include <vector>

namespace sbx {

// In the order of the report's layers, then "user" and "mounts". `landlock`: what its rows came from; empty
// and not complete where the policy says nothing of it: a gate on its paths would pass for the wrong file.
std::vector<DriftRow> policy_drift(Witness& witness, const Policy& policy, LandlockDrift& landlock);

// As an extra layer, "policy". enforced: nothing is weaker, nothing skipped, and no rule is missing. unknown:
// nothing of this was seen, but not all could be told.
// Claims: {"file","format","sha256","drift":"none"|"weaker"|"unknown","rows":[{"layer","subject","drift",
//  "status","wanted","where","origin","held","source","remedy"}],"skipped","missing_rules","extra" (escaped;
//  null: not known to be none),"unchecked":[{"what","why","where"}],"notes":[{"text","where"}]}
Finding policy_finding(Witness& witness, const Policy& policy, const std::vector<DriftRow>& rows,
                       const LandlockDrift& landlock);

// A layer with rows gets them as the claim "policy". One that is weaker than asked for is no more than
// partial, and its summary tells where.
Layers with_policy(Layers layers, const std::vector<DriftRow>& rows);

} // namespace sbx
