#include "probes/landlock_claims.h"

#include "core/escape.h"
#include "probes/landlock_domain_claims.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_names = 5;

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
    const std::pair strength(landlock_level(landlock_masks(domain, kernel_abi), kernel_abi),
                             domain.layers.size());
    if (!reach.weakest || strength < least)
      reach.weakest = &domain, least = strength;
  }
  reach.domains = domains.domains.size();
  if (reach.weakest) {
    reach.masks = landlock_masks(*reach.weakest, kernel_abi);
    reach.level = landlock_level(reach.masks, kernel_abi);
    reach.layers = reach.weakest->layers.size();
    reach.rules = reach.weakest->rules;
  }
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
      .claim("handled_fs",
             seen([](const LandlockReach& it) { return landlock_names(LandlockKind::fs, it.masks.fs); }))
      .claim("handled_net",
             seen([](const LandlockReach& it) { return landlock_names(LandlockKind::net, it.masks.net); }))
      .claim("scoped", seen([](const LandlockReach& it) {
               return landlock_names(LandlockKind::scope, it.masks.scoped);
             }))
      .claim("not_handled", seen([&](const LandlockReach& it) {
               return landlock_not_handled_claims(it.masks, offered.abi);
             }))
      .claim("layers_detail", seen([](const LandlockReach& it) {
               return it.weakest ? landlock_layers_claims(*it.weakest) : Claims::array();
             }))
      .claim("rule_list", nullptr) // with what follows, added by those who looked the rules up
      .claim("domain_list", nullptr)
      .claim("warnings", nullptr)
      .claim("blob_offset_from", reach && !reach->offset_from.empty() ? Claims(reach->offset_from) : Claims())
      .claim("tasks_confined", counted_tasks ? Claims(reach->tally.with) : Claims())
      .claim("tasks_total", counted_tasks ? Claims(reach->tally.total()) : Claims());
}

} // namespace sbx
