// Are the paths and ports that were asked for what Landlock's rules in the kernel are about? landlock(7).
#pragma once

#include "drift/drift.h"
#include "drift/landlock_status.h"

#include <string>
#include <vector>

namespace sbx {

struct LandlockDrift {
  std::vector<DriftRow> rows;
  // Raw bytes, as the policy writes them; of extra rules as the target sees them, "port 443", or the inode
  // where they have no name.
  std::vector<std::string> skipped, missing_rules, extra;
  // False: there may be more. missing_rules: those of no_rule, replaced and mounted_over.
  bool skipped_complete = false, missing_rules_complete = false, extra_complete = false;
  bool complete() const { return skipped_complete && missing_rules_complete && extra_complete; }
};

// Rights that are granted above a path by another wish are not more than was asked for. The weakest thread
// decides: with several domains, the one that leaves most open at that path.
LandlockDrift landlock_drift(Witness& witness, const LandlockWish& wish);

} // namespace sbx
