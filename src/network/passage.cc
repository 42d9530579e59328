#include "network/passage.h"

#include "core/errno_name.h"
#include "network/hooks.h"
#include "network/region.h"
#include "network/rule_scan.h"
#include "network/walk.h"

#include <algorithm>
#include <map>

namespace sbx {

namespace {

// What becomes of the packets of a box.
struct Ending {
  Box box;
  Fate fate = Fate::undecided;
  std::optional<IpAddress> to;
  std::optional<std::uint16_t> to_port;
  std::uint32_t by = 0, fork_by = 0;
  bool same_fate(const Ending& other) const {
    return fate == other.fate && to == other.to && to_port == other.to_port;
  }
};

Ending ending_of(Leaf& leaf) {
  Flow::State& state = leaf.flow.state;
  Ending ending{std::move(leaf.flow.box), leaf.fate, std::nullopt, std::nullopt, leaf.by, leaf.flow.fork_by};
  const bool changed = state.address_changed || state.port_changed;
  if (leaf.fate == Fate::accepted && changed) {
    ending.fate = Fate::redirected;
    ending.to = state.address;
    ending.to_port = state.port;
  }
  return ending;
}

// Endings of packets that may have several: where all of a packet are the same, it is that one.
void lay_over(std::vector<Ending>& laid, const Ending& over, Budget& budget) {
  std::vector<Box> fresh{over.box};
  std::vector<Ending> cut;
  for (Ending& known : laid) {
    budget.step();
    if (budget.spent)
      return;
    const auto shared_box = overlap(known.box, over.box, budget);
    if (!shared_box)
      continue;
    std::vector<Box> left;
    for (const Box& box : fresh) {
      const std::vector<Box> rest = without(box, *shared_box, budget);
      left.insert(left.end(), rest.begin(), rest.end());
    }
    fresh = std::move(left);
    if (known.same_fate(over))
      continue;
    for (Box& box : without(known.box, *shared_box, budget)) {
      Ending rest = known;
      rest.box = std::move(box);
      cut.push_back(std::move(rest));
    }
    known.box = *shared_box;
    if (known.fate != Fate::undecided) {
      known.by = std::min(known.fork_by, over.fork_by); // the first rule that may or may not match
      known.fate = Fate::undecided;
    }
    known.to.reset();
    known.to_port.reset();
  }
  std::move(cut.begin(), cut.end(), std::back_inserter(laid));
  for (Box& box : fresh) {
    Ending rest = over;
    rest.box = std::move(box);
    laid.push_back(std::move(rest));
  }
  budget.spent = budget.spent || laid.size() > budget.endings;
}

// As few as may be: those of one fate and one rule together, where they are one box.
void join(std::vector<Ending>& endings, Budget& budget) {
  std::vector<Ending> kept;
  std::map<std::uint32_t, std::vector<std::size_t>> by_rule; // places in kept
  for (Ending& fresh : endings) {
    std::vector<std::size_t>& places = by_rule[fresh.by];
    const bool gone = !budget.spent && std::any_of(places.begin(), places.end(), [&](std::size_t place) {
      Ending& known = kept[place];
      budget.step();
      auto one = known.same_fate(fresh) ? joined(known.box, fresh.box, budget) : std::nullopt;
      if (one)
        known.box = std::move(*one);
      return one.has_value();
    });
    if (gone)
      continue;
    places.push_back(kept.size());
    kept.push_back(std::move(fresh));
  }
  endings = std::move(kept);
}

Passages nothing_known(bool v6, std::string by) {
  Passages found;
  found.list.push_back({region_of(everything(v6 ? 128 : 32), v6), Fate::undecided, {}, {}, std::move(by)});
  return found;
}

// Loopback apart from all else: it leaves by another interface.
std::vector<Flow> start(bool v6, Budget& budget) {
  Condition loopback;
  const Wide first = wide_of(*parse_ip_address(v6 ? "::1" : "127.0.0.0"));
  loopback.side[address_side] = shared({{first, v6 ? first : first | widest(24)}});
  const Parts parts = parted(everything(v6 ? 128 : 32), loopback, budget);
  std::vector<Flow> flows(2);
  flows[0].box = *parts.in;
  flows[0].state.loopback = true;
  flows[1].box = parts.out.front();
  return flows;
}

std::vector<Ending> endings_of(Walk& walk) {
  std::vector<Ending> all, forked;
  Budget budget;
  for (Leaf& leaf : walk.leaves) // what was never forked is in no other leaf
    if (!leaf.flow.forked)
      all.push_back(ending_of(leaf));
  for (Leaf& leaf : walk.leaves)
    if (leaf.flow.forked && !budget.spent)
      lay_over(forked, ending_of(leaf), budget);
  if (budget.spent)
    return {};
  std::move(forked.begin(), forked.end(), std::back_inserter(all));
  join(all, budget);
  return all;
}

std::string words_of(const Ending& ending, const Walk& walk) {
  if (const std::string& words = walk.words(ending.by); !words.empty())
    return words;
  return "no rule or policy refuses it";
}

} // namespace

Passages passages(const NetRuleset& ruleset, const Sender& sender) {
  const auto views = views_of(ruleset);
  const auto bases = base_chains(views, sender.v6);
  RuleScan scan = scan_rules(bases);
  Passages found;
  if (ruleset.error != 0) {
    found = nothing_known(sender.v6, "not all rules were read: " + errno_name(ruleset.error));
  } else {
    Budget budget;
    Walk walk(sender, budget);
    std::vector<Flow> flows = start(sender.v6, budget);
    for (const BaseChain& base : bases)
      flows = walk.through(base, std::move(flows));
    for (Flow& flow : flows) {
      const std::uint32_t by = flow.state.by;
      walk.leaf(std::move(flow), Fate::accepted, by);
    }
    const std::vector<Ending> endings = endings_of(walk);
    if (endings.empty())
      found = nothing_known(sender.v6, "not evaluated: too many rules");
    for (const Ending& ending : endings)
      found.list.push_back(
          {region_of(ending.box, sender.v6), ending.fate, ending.to, ending.to_port, words_of(ending, walk)});
  }
  found.uid_rules = std::move(scan.uid_rules);
  found.filters = scan.filters;
  return found;
}

Fate fate_of(const Passages& passages, std::uint8_t protocol, const IpAddress& to, std::uint16_t port) {
  const auto in = [](const auto& ranges, const auto& value) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const auto& range) { return range.first <= value && value <= range.second; });
  };
  for (const Passage& passage : passages.list)
    if (in(passage.region.protocols, protocol) && in(passage.region.destinations, to) &&
        in(passage.region.ports, port))
      return passage.fate;
  return Fate::undecided;
}

} // namespace sbx
