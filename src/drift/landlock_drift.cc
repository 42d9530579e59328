#include "drift/landlock_drift.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "drift/landlock_extra.h"
#include "drift/landlock_handled.h"
#include "probes/landlock.h"
#include "probes/landlock_claims.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace sbx {

namespace {

using enum LandlockStatus;

constexpr std::size_t most_extra = 1000; // rows; all are counted
const std::string by_kernel(source::target_landlock.name);

// The weakest thread decides: what is seen to be less than asked for, then what was not seen.
int weakness(Drift drift) {
  switch (drift) {
  case Drift::weaker:
    return 3;
  case Drift::unknown:
    return 2;
  case Drift::same:
    return 1;
  case Drift::stronger:
    break;
  }
  return 0;
}

// All that the rows are made from, and the rows.
class Comparison {
public:
  Comparison(Witness& witness, const LandlockWish& wish)
      : witness_(witness), wish_(wish), paths_(wished_paths(witness, wish)) {
    for (const Wish<PathWish>& path : wish.paths)
      judged_ |= wish.fs ? wish.fs->value : path.value.access;
    drift_.skipped_complete = std::none_of(paths_.begin(), paths_.end(),
                                           [](const WishedPath& path) { return path.met == Met::unseen; });
  }

  LandlockDrift without_memory(const Gap& gap) {
    const Finding finding = landlock(witness_);
    if (finding.state() == State::absent) {
      outside(finding.summary(), true, finding.sources().front());
    } else {
      const std::string why = gap.detail;
      whole({unknown, Drift::unknown, "its domain was not seen: " + why, by_kernel});
      for (const LandlockMaskWish& mask : mask_wishes(wish_))
        add(mask, {unknown, Drift::unknown, why, by_kernel});
      for (const WishedPath& path : paths_)
        add(path, verdict_without_rules(path, why));
      for (const Wish<PortWish>& port : wish_.ports)
        add(port, {unknown, Drift::unknown, why, by_kernel});
    }
    return std::move(drift_);
  }

  LandlockDrift with(const LandlockDomains& domains) {
    const LandlockOffered offered = landlock_offered(witness_);
    const LandlockReach reach = landlock_reach(domains, offered.abi);
    if (reach.tally.without > 0) {
      const bool all = reach.tally.with == 0;
      outside(all ? "no thread is in a Landlock domain"
                  : fmt::format("{} of {} threads are in no Landlock domain: {}", reach.tally.without,
                                reach.tally.total(), fmt::join(reach.outside, ", ")),
              all, by_kernel);
      return std::move(drift_);
    }
    collect(domains, reach, offered.abi);
    unsettled_ = reach.gap;
    if (held_.empty())
      return without_memory({GapKind::malformed, by_kernel, "no thread was seen"});
    whole({as_asked, Drift::same,
           held_.size() == 1 ? "every thread is in one Landlock domain"
                             : fmt::format("every thread is in one of {} Landlock domains", held_.size()),
           by_kernel});
    for (const LandlockMaskWish& mask : mask_wishes(wish_))
      add(mask, handled_verdict(held_, mask, offered.abi));
    compare(offered.abi);
    return std::move(drift_);
  }

private:
  // The weakest first, so that of equals its words are taken.
  void collect(const LandlockDomains& domains, const LandlockReach& reach, std::optional<unsigned> abi) {
    const bool all_exited = std::all_of(domains.tasks.begin(), domains.tasks.end(),
                                        [](const LandlockTask& task) { return task.exited; });
    std::set<std::size_t> used;
    for (const LandlockTask& task : domains.tasks)
      if (!task.exited || all_exited)
        for (const auto& domain : {task.domain, task.real_domain})
          if (domain)
            used.insert(*domain);
    for (const bool weakest : {true, false})
      for (const std::size_t i : used)
        if ((&domains.domains[i] == reach.weakest) == weakest)
          held_.emplace_back(witness_, domains.domains[i], abi, wish_.toplevel_layer);
  }

  void compare(std::optional<unsigned> abi) {
    std::vector<std::vector<LandlockAt>> at(held_.size());
    std::vector<std::vector<bool>> claimed;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      for (const WishedPath& path : paths_)
        at[i].push_back(held_[i].at(path.walk));
      claimed.push_back(claimed_rules(held_[i], paths_, at[i]));
    }
    drift_.missing_rules_complete = drift_.skipped_complete && !unsettled_;
    drift_.extra_complete = drift_.missing_rules_complete;
    for (std::size_t k = 0; k < paths_.size(); ++k)
      add(paths_[k], weakest([&](std::size_t i) {
            return path_verdict(held_[i], paths_[k], at[i][k], claimed[i], judged_);
          }));
    for (const Wish<PortWish>& port : wish_.ports)
      add(port, weakest([&](std::size_t i) { return port_verdict(held_[i], wish_, port.value); }));
    std::set<std::string> told;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (!held_[i].rules_read()) {
        drift_.extra_complete = false;
        continue;
      }
      for (const LandlockAt& one : at[i])
        drift_.extra_complete = drift_.extra_complete && one.perhaps.empty();
      for (const ExtraRule& rule : extra_rules(held_[i], paths_, at[i], claimed[i], judged_, abi))
        if (told.insert(rule.name).second)
          add_extra("path ", rule.name, rule.verdict);
      for (const ExtraPort& port : extra_ports(held_[i], wish_))
        if (const std::string name = fmt::format("port {}", port.port); told.insert(name).second)
          add_extra("", name,
                    {extra, port.open == 0 ? Drift::same : Drift::weaker,
                     "grants " + landlock_words(LandlockKind::net, port.open), by_kernel});
    }
  }

  template <class Of> LandlockVerdict weakest(Of&& of) const {
    LandlockVerdict found = of(std::size_t{0});
    for (std::size_t i = 1; i < held_.size(); ++i)
      if (LandlockVerdict other = of(i); weakness(other.drift) > weakness(found.drift))
        found = std::move(other);
    return found;
  }

  void outside(const std::string& words, bool all, const std::string& source) {
    const LandlockVerdict none{more_rights, Drift::weaker, "nothing is restricted: " + words, source, true};
    whole({more_rights, Drift::weaker, words, source, true});
    for (const LandlockMaskWish& mask : mask_wishes(wish_))
      if ((*mask.wish)->value != 0)
        add(mask, none);
    for (const WishedPath& path : paths_)
      add(path, verdict_without_domain(path, words, all));
    for (const Wish<PortWish>& port : wish_.ports)
      add(port, none);
    drift_.missing_rules_complete = drift_.skipped_complete;
    drift_.extra_complete = all; // there are no rules; or those of other threads, which were not looked at
  }

  // Whether there is a domain at all.
  void whole(const LandlockVerdict& verdict) {
    const auto masks = mask_wishes(wish_);
    const bool asked = !wish_.paths.empty() || !wish_.ports.empty() ||
                       std::any_of(masks.begin(), masks.end(),
                                   [](const LandlockMaskWish& mask) { return (*mask.wish)->value != 0; });
    if (!asked)
      return;
    const Place* place = wish_.hard             ? &wish_.hard->place
                         : !wish_.paths.empty() ? &wish_.paths.front().place
                         : !wish_.ports.empty() ? &wish_.ports.front().place
                                                : &(*masks.front().wish)->place;
    row("domain", "every thread in a Landlock domain", *place, {}, verdict);
  }

  void add(const LandlockMaskWish& mask, const LandlockVerdict& verdict) {
    const Wish<std::uint64_t>& wish = **mask.wish;
    row(fmt::format("handled {}", mask.name), "handled: " + landlock_words(mask.kind, wish.value), wish.place,
        wish.origin, verdict);
  }

  void add(const WishedPath& path, const LandlockVerdict& verdict) {
    const Wish<PathWish>& wish = *path.wish;
    row("path " + escaped(wish.value.path, 4096),
        fmt::format("{}: {}", escaped(wish.value.as, 64), landlock_rights_words(path.wanted)), wish.place,
        wish.origin, verdict);
    switch (verdict.status) {
    case skipped:
      drift_.skipped.push_back(wish.value.path);
      break;
    case no_rule:
    case replaced:
    case mounted_over:
      drift_.missing_rules.push_back(wish.value.path);
      break;
    case unknown:
      drift_.missing_rules_complete = false;
      break;
    case as_asked:
    case fewer_rights:
    case more_rights:
    case not_added:
    case covered:
    case covered_wider:
    case extra:
      break;
    }
  }

  void add(const Wish<PortWish>& port, const LandlockVerdict& verdict) {
    row(fmt::format("port {}", port.value.port), landlock_words(LandlockKind::net, port.value.access),
        port.place, port.origin, verdict);
  }

  void add_extra(const std::string& before, const std::string& name, const LandlockVerdict& verdict) {
    drift_.extra.push_back(name);
    if (drift_.extra.size() <= most_extra)
      row(before + escaped(name, 4096), "in no wish", {}, {}, verdict);
  }

  // Threads that were not seen may be in another domain: what was seen to be less stays so, the rest not.
  void row(std::string subject, std::string wanted, const Place& place, std::string origin,
           LandlockVerdict verdict) {
    if (unsettled_ && verdict.drift != Drift::weaker) {
      verdict.drift = Drift::unknown;
      verdict.held += "; not on every thread: " + unsettled_->detail;
    }
    const bool hard = wish_.hard && wish_.hard->value;
    drift_.rows.push_back({"landlock", std::move(subject), verdict.drift,
                           std::string(landlock_status_name(verdict.status)), std::move(wanted),
                           place.file.empty() ? std::string() : place_words(place), std::move(origin),
                           verdict.held, verdict.source, landlock_remedy(verdict, hard)});
  }

  Witness& witness_;
  const LandlockWish& wish_;
  std::vector<WishedPath> paths_;
  std::vector<LandlockHeld> held_; // of every domain that a thread lives in
  std::uint64_t judged_ = 0;
  std::optional<Gap> unsettled_;
  LandlockDrift drift_;
};

} // namespace

LandlockDrift landlock_drift(Witness& witness, const LandlockWish& wish) {
  Comparison comparison(witness, wish);
  return witness.landlock_domains().match(
      [&](const Seen<LandlockDomains>& domains) { return comparison.with(domains.value()); },
      [&](const Gap& gap) { return comparison.without_memory(gap); });
}

} // namespace sbx
