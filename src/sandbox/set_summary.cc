#include "sandbox/set_summary.h"

#include <algorithm>

namespace sbx {

namespace {

void count(Tally& tally, std::optional<bool> has) {
  ++(has ? (*has ? tally.with : tally.without) : tally.unseen);
}

// has_fence() says yes where any thread has it; here every thread must.
std::optional<bool> every_thread(const Process& process, Fence fence, const Surroundings& surroundings) {
  const auto any = has_fence(process, fence, surroundings);
  if (!any.value_or(false) ||
      (fence != Fence::seccomp && fence != Fence::no_new_privs && fence != Fence::no_bounding))
    return any;
  bool all = true;
  each_thread(process, [&](const ProcStatus& it) {
    const bool has = fence == Fence::seccomp        ? it.seccomp.value_or(0) != 0
                     : fence == Fence::no_new_privs ? it.no_new_privs.value_or(false)
                                                    : it.cap_bnd.value_or(1) == 0;
    all = all && has;
  });
  if (!all)
    return false;
  return process.all_threads_read() ? std::optional(true) : std::nullopt;
}

std::optional<unsigned> fewest_layers(const Process& process, const LandlockLayers* layers) {
  if (!layers || process.tids.empty() || !process.all_threads_read())
    return std::nullopt;
  unsigned fewest = 16;
  for (const std::int64_t tid : process.tids) {
    const auto found = layers->find(tid);
    if (found == layers->end())
      return std::nullopt;
    fewest = std::min(fewest, found->second);
  }
  return fewest;
}

std::optional<bool> without_capabilities(const Process& process) {
  bool none = process.all_threads_read(), any = false, seen = false;
  each_thread(process, [&](const ProcStatus& it) {
    any = any || it.cap_eff.value_or(0) != 0;
    none = none && it.cap_eff == 0U;
    seen = true;
  });
  if (any)
    return false;
  return none && seen ? std::optional(true) : std::nullopt;
}

struct Sight {
  const Process* process;
  std::vector<std::optional<bool>> has; // each fence, then Landlock
};

// Who has the fewest of what any of them has.
void find_weakest(const std::vector<Sight>& sights, SetSummary& summary) {
  std::vector<bool> somebody(fences.size() + 1);
  for (const Sight& it : sights)
    for (std::size_t i = 0; i < somebody.size(); ++i)
      somebody[i] = somebody[i] || it.has[i].value_or(false);
  std::size_t most = 0;
  for (const Sight& it : sights) {
    std::vector<std::string> lacks;
    for (std::size_t i = 0; i < somebody.size(); ++i)
      if (somebody[i] && it.has[i] == false)
        lacks.emplace_back(i < fences.size() ? fence_name(fences[i]) : "landlock");
    if (summary.weakest == 0 || lacks.size() > most) {
      summary.weakest = it.process->pid;
      most = lacks.size();
      summary.lacks = std::move(lacks);
    }
  }
}

} // namespace

SetSummary summary_of(const ProcessTable& table, const Surroundings& surroundings, const SandboxSet& set,
                      const LandlockLayers* layers) {
  SetSummary summary;
  std::vector<const Process*> running, exited;
  for (const std::int64_t pid : set.members)
    if (const Process* it = table.find(pid))
      (has_exited(*it) ? exited : running).push_back(it);
  summary.processes = running.size();
  summary.exited = exited.size();
  std::vector<Sight> sights;
  for (const Fence fence : fences)
    summary.fences.emplace_back(fence, Tally{});
  bool first = true;
  for (const Process* it : running.empty() ? exited : running) {
    Sight sight{it, {}};
    for (auto& [fence, tally] : summary.fences) {
      sight.has.push_back(every_thread(*it, fence, surroundings));
      count(tally, sight.has.back());
    }
    const auto fewest = fewest_layers(*it, layers);
    sight.has.push_back(fewest ? std::optional(*fewest > 0) : std::nullopt);
    count(summary.landlock, sight.has.back());
    summary.landlock_layers =
        fewest && (first || summary.landlock_layers)
            ? std::optional(std::min(*fewest, summary.landlock_layers.value_or(*fewest)))
            : std::nullopt;
    count(summary.without_capabilities, without_capabilities(*it));
    summary.threads += it->tids.size();
    first = false;
    sights.push_back(std::move(sight));
  }
  find_weakest(sights, summary);
  return summary;
}

} // namespace sbx
