// What do others say about this sandbox, and does the kernel agree? Logs, labels, environment: claims, each
// beside what was seen.
#pragma once

#include "drift/landlock_drift.h"
#include "policy/supervisor_log.h"

namespace sbx {

// [{"claim","where","truth","agrees":"yes"|"no"|"unknown"}], contradictions first, else in the order of the
// files. `log` and `landlock` may be null. `claimed`: labels, environment. `layers`: the findings of this
// run.
Claims supervisor_claims(const SupervisorLog* log, const std::vector<Wish<Claimed>>& claimed,
                         const LandlockDrift* landlock, const Layers& layers);

} // namespace sbx
