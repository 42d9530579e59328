// How much may a process use, by all its control groups together? The smallest limit of its group and of
// those above it; cgroups(7), Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/.
#pragma once

#include "parse/cgroup_limits.h"

#include <cstdint>
#include <string>

namespace sbx {

struct EffectiveLimit {
  enum class Sight {
    limited, // to `value`; where something was not seen (`why`), perhaps to less
    none,    // nothing limits it, and all was seen
    unseen,  // no limit was seen, and not all was
  };
  Sight sight = Sight::unseen;
  std::uint64_t value = 0;  // bytes, processes, or microseconds of CPU ...
  std::uint64_t period = 0; // ... in each period of so many
  std::string from;         // the group that sets it: raw bytes
  std::string why;          // what was not seen; empty: nothing
};

struct EffectiveLimits {
  EffectiveLimit memory, memory_high, swap, pids, cpus;
};

EffectiveLimits effective_limits(const CgroupLimits& limits);

} // namespace sbx
