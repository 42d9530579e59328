#include "probes/landlock_claims.h"

#include "core/escape.h"
#include "rules/landlock_abi.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned refer_abi = 2;
constexpr std::uint64_t refer = 1 << 13; // LANDLOCK_ACCESS_FS_REFER
constexpr std::size_t most_names = 5;

// All layers together: a right is restricted when any of them handles it. A domain with any file right denies refer
// even where no layer handles it, on kernels that know it (include/uapi/linux/landlock.h).
LandlockMasks masks_of(const LandlockDomain& domain, std::optional<unsigned> kernel_abi) {
  LandlockMasks masks;
  for (const LandlockLayer& layer : domain.layers) {
    masks.fs |= layer.fs;
    masks.net |= layer.net;
    masks.scoped |= layer.scoped;
  }
  if (masks.fs != 0 && kernel_abi.value_or(0) >= refer_abi)
    masks.fs |= refer;
  return masks;
}

// The kernel keeps who made a layer, and its id, since 6.15; before that they are null.
Claims layer_claims(const LandlockLayer& layer) {
  Claims creator;
  if (layer.creator)
    creator = {{"pid", layer.creator->pid},
               {"uid", layer.creator->uid},
               {"comm", escaped(layer.creator->comm)},
               {"exe", escaped(layer.creator->exe, 4096)}};
  return {{"handled_fs", landlock_names(LandlockKind::fs, layer.fs)},
          {"handled_net", landlock_names(LandlockKind::net, layer.net)},
          {"scoped", landlock_names(LandlockKind::scope, layer.scoped)},
          {"id", layer.id ? Claims(fmt::format("{:x}", *layer.id)) : Claims()},
          {"denials", layer.denials ? Claims(std::to_string(*layer.denials)) : Claims()},
          {"creator", creator}};
}

void describe(LandlockReach& reach, const LandlockDomain& domain, std::optional<unsigned> kernel_abi) {
  const LandlockMasks masks = masks_of(domain, kernel_abi);
  reach.level = landlock_level(masks, kernel_abi);
  reach.layers = domain.layers.size();
  reach.rules = domain.rules;
  for (const LandlockLayer& layer : domain.layers)
    reach.layers_detail.push_back(layer_claims(layer));
  reach.handled_fs = landlock_names(LandlockKind::fs, masks.fs);
  reach.handled_net = landlock_names(LandlockKind::net, masks.net);
  reach.scoped = landlock_names(LandlockKind::scope, masks.scoped);
  if (kernel_abi)
    reach.not_handled = landlock_not_handled(masks, *kernel_abi);
}

} // namespace

LandlockReach LandlockReach::none(std::size_t tasks) {
  LandlockReach reach;
  reach.tally.without = tasks;
  return reach;
}

LandlockReach landlock_reach(const LandlockDomains& domains, std::optional<unsigned> kernel_abi) {
  LandlockReach reach;
  reach.offset_from = domains.offset_source;
  const bool all_exited = std::all_of(domains.tasks.begin(), domains.tasks.end(),
                                      [](const LandlockTask& task) { return task.exited; });
  const LandlockDomain* weakest = nullptr;
  std::pair<unsigned, std::size_t> least;
  for (const LandlockTask& task : domains.tasks) {
    if (task.exited && !all_exited)
      continue;
    // Its own credentials and those it acts with for a moment: both must be in a domain.
    if (!task.domain || !task.real_domain) {
      ++reach.tally.without;
      if (reach.outside.size() < most_names)
        reach.outside.push_back(fmt::format("{} ({})", escaped(task.name, 32), task.tid));
      continue;
    }
    ++reach.tally.with;
    const LandlockDomain& domain = domains.domains[*task.domain];
    const std::pair strength(landlock_level(masks_of(domain, kernel_abi), kernel_abi), domain.layers.size());
    if (!weakest || strength < least)
      weakest = &domain, least = strength;
  }
  reach.domains = domains.domains.size();
  if (weakest)
    describe(reach, *weakest, kernel_abi);
  if (reach.tally.without > 0)
    reach.level = 0;
  if (!domains.settled) {
    reach.tally.moving = true;
    reach.gap = Gap{GapKind::not_attempted, std::string(source::target_landlock.name),
                    "threads or their domains changed faster than they could be read"};
  }
  return reach;
}

Finding with_landlock_claims(Finding&& finding, const std::optional<LandlockReach>& reach,
                             const LandlockOffered& offered) {
  const auto number = [](const std::optional<unsigned>& value) { return value ? Claims(*value) : Claims(); };
  const auto seen = [&](auto&& of) { return reach ? Claims(of(*reach)) : Claims(); };
  const bool counted_tasks = reach && reach->tally.total() > 0;
  return std::move(finding)
      .claim("kernel_abi", number(offered.abi))
      .claim("errata", number(offered.errata))
      .claim("kernel_answer", offered.words)
      .claim("own_layers", number(offered.own_layers))
      .claim("trial", offered.steps)
      .claim("level", seen([](const LandlockReach& it) { return it.level; }))
      .claim("layers", seen([](const LandlockReach& it) { return it.layers; }))
      .claim("rules", seen([](const LandlockReach& it) { return it.rules; }))
      .claim("domains", seen([](const LandlockReach& it) { return it.domains; }))
      .claim("handled_fs", seen([](const LandlockReach& it) { return it.handled_fs; }))
      .claim("handled_net", seen([](const LandlockReach& it) { return it.handled_net; }))
      .claim("scoped", seen([](const LandlockReach& it) { return it.scoped; }))
      .claim("not_handled", seen([](const LandlockReach& it) { return it.not_handled; }))
      .claim("layers_detail", seen([](const LandlockReach& it) { return it.layers_detail; }))
      .claim("blob_offset_from", reach && !reach->offset_from.empty() ? Claims(reach->offset_from) : Claims())
      .claim("tasks_confined", counted_tasks ? Claims(reach->tally.with) : Claims())
      .claim("tasks_total", counted_tasks ? Claims(reach->tally.total()) : Claims());
}

} // namespace sbx
