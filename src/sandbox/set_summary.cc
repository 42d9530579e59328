#include "sandbox/set_summary.h"

#include <algorithm>

namespace sbx {

namespace {

enum class Has { all, some, none, unseen };

void count(Share& share, Has has) {
  switch (has) {
  case Has::all:
    ++share.with;
    return;
  case Has::some:
    ++share.partly;
    return;
  case Has::none:
    ++share.without;
    return;
  case Has::unseen:
    ++share.unseen;
    return;
  }
}

Has whole(std::optional<bool> has) { return has ? (*has ? Has::all : Has::none) : Has::unseen; }

// `of`: of one thread, or nothing where that was not seen.
template <class Of> Has over_threads(const Process& process, Of&& of) {
  std::size_t with = 0, without = 0, unseen = 0;
  each_thread(process, [&](const ProcStatus& status) {
    const std::optional<bool> has = of(status);
    ++(has ? (*has ? with : without) : unseen);
  });
  if (with > 0 && without > 0)
    return Has::some;
  if (unseen > 0 || !process.all_threads_read() || with + without == 0)
    return Has::unseen;
  return with > 0 ? Has::all : Has::none;
}

Has of_fence(const Process& process, Fence fence, const Surroundings& surroundings) {
  if (fence == Fence::seccomp)
    return over_threads(process, [](const ProcStatus& it) {
      return it.seccomp ? std::optional(*it.seccomp != 0) : std::nullopt;
    });
  if (fence == Fence::no_new_privs)
    return over_threads(process, [](const ProcStatus& it) { return it.no_new_privs; });
  if (fence == Fence::no_bounding)
    return over_threads(process, [](const ProcStatus& it) {
      return it.cap_bnd ? std::optional(*it.cap_bnd == 0) : std::nullopt;
    });
  return whole(has_fence(process, fence, surroundings));
}

// The fewest and the most of any thread; empty where one was not seen.
std::optional<std::pair<unsigned, unsigned>> layers_of(const Process& process, const LandlockLayers* layers) {
  if (!layers || process.tids.empty() || !process.all_threads_listed())
    return std::nullopt;
  std::pair<unsigned, unsigned> range{16, 0};
  for (const std::int64_t tid : process.tids) {
    const auto found = layers->find(tid);
    if (found == layers->end())
      return std::nullopt;
    range = {std::min(range.first, found->second), std::max(range.second, found->second)};
  }
  return range;
}

struct Sight {
  const Process* process;
  std::vector<Has> has; // each fence, then Landlock
};

// Who has the fewest of what any of them has.
void find_weakest(const std::vector<Sight>& sights, SetSummary& summary) {
  std::vector<bool> somebody(fences.size() + 1);
  for (const Sight& it : sights)
    for (std::size_t i = 0; i < somebody.size(); ++i)
      somebody[i] = somebody[i] || it.has[i] == Has::all || it.has[i] == Has::some;
  std::size_t most = 0;
  for (const Sight& it : sights) {
    std::vector<std::string> lacks;
    for (std::size_t i = 0; i < somebody.size(); ++i)
      if (somebody[i] && (it.has[i] == Has::none || it.has[i] == Has::some))
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
  for (const std::int64_t pid : set.own)
    if (const Process* it = table.find(pid))
      (has_exited(*it) ? exited : running).push_back(it);
  summary.processes = running.size();
  summary.exited = exited.size();
  std::vector<Sight> sights;
  for (const Fence fence : fences)
    summary.fences.emplace_back(fence, Share{});
  bool first = true;
  for (const Process* it : running.empty() ? exited : running) {
    Sight sight{it, {}};
    for (auto& [fence, share] : summary.fences) {
      sight.has.push_back(of_fence(*it, fence, surroundings));
      count(share, sight.has.back());
    }
    const auto range = layers_of(*it, layers);
    sight.has.push_back(!range               ? Has::unseen
                        : range->second == 0 ? Has::none
                        : range->first == 0  ? Has::some
                                             : Has::all);
    count(summary.landlock, sight.has.back());
    summary.landlock_layers =
        range && (first || summary.landlock_layers)
            ? std::optional(std::min(range->first, summary.landlock_layers.value_or(range->first)))
            : std::nullopt;
    count(summary.without_capabilities, over_threads(*it, [](const ProcStatus& status) {
            return status.cap_eff ? std::optional(*status.cap_eff == 0) : std::nullopt;
          }));
    summary.threads += it->tids.size();
    first = false;
    sights.push_back(std::move(sight));
  }
  find_weakest(sights, summary);
  return summary;
}

} // namespace sbx
