// Which rights does the domain that the inspector lives in handle, as its behaviour shows? A denial where
// ordinary permission would allow proves it; an attempt that was allowed proves nothing, for a rule may allow
// it.
#pragma once

#include "probes/witness.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct LandlockProved {
  std::vector<std::string> rights; // in the order of the ABIs
  unsigned level = 0;              // every right of the ABIs 1 to `level` is proved: at least that
};

// Nothing where nothing was tried, or where something else than Landlock could have answered: a seccomp
// filter of our own, or another LSM that may deny what was tried.
std::optional<LandlockProved> landlock_proved(Witness& witness, const LandlockTrial& trial);

} // namespace sbx
