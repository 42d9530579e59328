#include "probes/limits.h"

#include "core/escape.h"
#include "files/effective_limits.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

using Sight = EffectiveLimit::Sight;

Claims claimed(const EffectiveLimit& limit, Claims value) {
  switch (limit.sight) {
  case Sight::limited:
    return value;
  case Sight::none:
    return "none";
  case Sight::unseen:
    break;
  }
  return nullptr;
}

Claims bytes(const EffectiveLimit& limit) { return claimed(limit, std::to_string(limit.value)); }

Claims from(const EffectiveLimit& limit) {
  return limit.sight == Sight::limited ? Claims(escaped(limit.from, 4096)) : Claims();
}

Claims all_claims(const EffectiveLimits& limits) {
  Claims not_seen = Claims::array();
  for (const auto* it : {&limits.memory, &limits.memory_high, &limits.swap, &limits.pids, &limits.cpus})
    if (!it->why.empty() && std::find(not_seen.begin(), not_seen.end(), Claims(it->why)) == not_seen.end())
      not_seen.push_back(it->why);
  return {
      {"memory_bytes", bytes(limits.memory)},
      {"memory_high_bytes", bytes(limits.memory_high)},
      {"swap_bytes", bytes(limits.swap)},
      {"pids", claimed(limits.pids, limits.pids.value)},
      {"cpus", claimed(limits.cpus, {{"quota_us", limits.cpus.value}, {"period_us", limits.cpus.period}})},
      {"from",
       {{"memory_bytes", from(limits.memory)},
        {"memory_high_bytes", from(limits.memory_high)},
        {"swap_bytes", from(limits.swap)},
        {"pids", from(limits.pids)},
        {"cpus", from(limits.cpus)}}},
      {"not_seen", std::move(not_seen)}};
}

void warn(const EffectiveLimit& limit, const char* id, const char* summary, const char* remedy,
          std::vector<Warning>& warnings) {
  if (limit.sight == Sight::none)
    warnings.push_back({id, Severity::low, summary, "its control group and all above it set none", remedy});
}

} // namespace

void add_limits(Witness& witness, Finding& finding, std::vector<Warning>& warnings) {
  finding.claim("limits",
                witness.cgroup_limits().match(
                    [&](const Seen<CgroupLimits>& seen) {
                      const EffectiveLimits limits = effective_limits(seen.value());
                      warn(limits.memory, "filesystem.no_memory_limit",
                           "no control group limits its memory: it can take that of the whole machine",
                           "set memory.max (podman --memory, MemoryMax=)", warnings);
                      warn(limits.pids, "filesystem.no_pids_limit",
                           "no control group limits its processes: a fork bomb is one of the whole machine",
                           "set pids.max (podman --pids-limit, TasksMax=)", warnings);
                      warn(limits.cpus, "filesystem.no_cpu_limit",
                           "no control group limits its CPU time: it can slow down all others",
                           "set cpu.max (podman --cpus, CPUQuota=)", warnings);
                      return all_claims(limits);
                    },
                    [](const Gap& gap) {
                      EffectiveLimits unseen;
                      unseen.memory.why = fmt::format("{}: {}", gap_kind_name(gap.kind), gap.detail);
                      return all_claims(unseen);
                    }));
}

} // namespace sbx
