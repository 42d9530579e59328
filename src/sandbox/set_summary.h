// What can be said of a sandbox at a glance, without inspecting it, and without those within it? How many of
// its processes have what sets them apart; not what that refuses.
#pragma once

#include "core/observation.h"
#include "core/share.h"
#include "parse/landlock_layers.h"
#include "sandbox/sandbox_set.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

struct SetSummary {
  std::size_t processes = 0, threads = 0; // that run; threads as far as they were seen
  std::size_t exited = 0;
  // Over the processes that run; where none does, over those that have exited.
  std::vector<std::pair<Fence, Share>> fences;
  Share landlock;                          // under one layer at least
  std::optional<unsigned> landlock_layers; // the fewest of any thread; empty where one was not seen
  Share without_capabilities;              // an empty effective set
  std::int64_t weakest = 0;                // has the fewest of what the others have
  std::vector<std::string> lacks; // "seccomp": what another process has and the weakest was seen to lack
};

// `layers`: null where kernel memory was not read.
SetSummary summary_of(const ProcessTable& table, const Surroundings& surroundings, const SandboxSet& set,
                      const LandlockLayers* layers);

} // namespace sbx
