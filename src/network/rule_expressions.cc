#include "network/rule_state.h"

#include <algorithm>
#include <array>
#include <limits>

namespace sbx {

namespace {

// Their register tells nothing that is known here, and they may find nothing to tell: then the rule does not
// match. linux/netfilter/nf_tables.h.
constexpr std::array unknown_loads{"fib",    "rt",  "socket", "exthdr", "hash",
                                   "numgen", "osf", "tunnel", "xfrm"};
// They match at times, or when others have done something.
constexpr std::array at_times{"limit", "quota", "connlimit", "dynset"};
constexpr std::array passing{"counter", "last", "log", "dup", "flow_offload"};

template <std::size_t N> bool one_of(const std::array<const char*, N>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// enum NFT_OBJECT_*: counter, ct helper, ct timeout, secmark and ct expect decide nothing; quota, limit and
// connlimit match at times.
bool follow_object(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto type = values.number("type").value_or(0);
  if (type == 10) { // synproxy
    walk.end(state.flow, Outcome::What::unclear);
    return false;
  }
  if (type != 1 && type != 3 && type != 7 && type != 8 && type != 9)
    walk.may_break(state);
  return true;
}

bool follow_immediate(RuleWalk& walk, RuleState& state, const Values& values) {
  if (values.has("verdict"))
    return !walk.verdict(state, values.name("verdict"), values.name("chain"));
  walk.store(state, values.number("dreg").value_or(0), known_symbols(values.bytes("data")));
  return true;
}

bool unclear(RuleWalk& walk, RuleState& state) {
  walk.end(state.flow, Outcome::What::unclear);
  return false;
}

} // namespace

bool follow(RuleWalk& walk, RuleState& state, const NetExpression& expression) {
  const Values values(expression);
  const std::string& name = expression.name;
  if (!expression.understood)
    return unclear(walk, state);
  if (name == "payload")
    return follow_payload(walk, state, values);
  if (name == "meta")
    return follow_meta(walk, state, values);
  if (name == "cmp" || name == "range")
    return follow_compare(walk, state, values, name == "range");
  if (name == "bitwise")
    return follow_bitwise(walk, state, values);
  if (name == "byteorder")
    return follow_byteorder(walk, state, values);
  if (name == "lookup")
    return follow_lookup(walk, state, values);
  if (name == "immediate")
    return follow_immediate(walk, state, values);
  if (name == "ct")
    return follow_ct(walk, state, values);
  if (name == "match")
    return follow_match(walk, state, values);
  if (name == "target")
    return follow_target(walk, state, values);
  if (name == "nat" || name == "redir" || name == "masq")
    return follow_nat(walk, state, values, name == "redir");
  if (name == "objref")
    return follow_object(walk, state, values);
  if (name == "reject") {
    walk.end(state.flow, Outcome::What::refuse);
    return false;
  }
  if (name == "notrack") { // it changes nothing for a packet that is tracked already (nft_notrack_eval)
    if (!walk.input.scene.tracking)
      return unclear(walk, state);
    state.flow.state.untracked = state.flow.state.untracked || !*walk.input.scene.tracking;
    return true;
  }
  if (one_of(passing, name))
    return true;
  if (one_of(at_times, name)) {
    walk.may_break(state);
    return true;
  }
  if (one_of(unknown_loads, name)) {
    walk.may_break(state);
    if (const auto reg = values.number("dreg"))
      walk.store(state, *reg, unknown_symbols(16));
    return true;
  }
  return unclear(walk, state); // queue, tproxy, synproxy, fwd, and what is new
}

bool follow_bitwise(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto source = values.number("sreg"), into = values.number("dreg"), length = values.number("len");
  const auto held = state.registers.load(source.value_or(0), length.value_or(Registers::size + 1));
  if (!held || !into)
    return unclear(walk, state);
  Symbols symbols(held->begin(), held->end());
  const std::string mask = values.bytes("mask"), flip = values.bytes("xor");
  const bool boolean =
      values.number("op").value_or(0) == 0 && mask.size() == symbols.size() && flip.size() == symbols.size();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (!boolean) { // shifts, and operations on two registers (6.13)
      symbols[i] = Symbol();
      continue;
    }
    const auto with = static_cast<std::uint8_t>(mask[i]), turned = static_cast<std::uint8_t>(flip[i]);
    symbols[i].mask &= with;
    symbols[i].flip = static_cast<std::uint8_t>((symbols[i].flip & with) ^ turned);
  }
  walk.store(state, *into, symbols);
  return true;
}

bool follow_byteorder(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto source = values.number("sreg"), into = values.number("dreg"), length = values.number("len");
  const std::size_t size = values.number("size").value_or(0);
  const auto held = state.registers.load(source.value_or(0), length.value_or(Registers::size + 1));
  if (!held || !into || (size != 2 && size != 4 && size != 8) || held->size() % size != 0)
    return unclear(walk, state);
  Symbols symbols(held->begin(), held->end());
  for (std::size_t i = 0; i < symbols.size(); i += size)
    std::reverse(symbols.begin() + static_cast<std::ptrdiff_t>(i),
                 symbols.begin() + static_cast<std::ptrdiff_t>(i + size));
  walk.store(state, *into, symbols);
  return true;
}

bool follow_compare(RuleWalk& walk, RuleState& state, const Values& values, bool range) {
  const std::string data = values.bytes(range ? "from" : "data"), to = values.bytes("to");
  const auto op = values.number("op");
  const auto held = state.registers.load(values.number("sreg").value_or(0), data.size());
  if (!held || data.empty() || !op || *op > (range ? 1U : 5U) || (range && to.size() != data.size()))
    return unclear(walk, state);
  if (range) // enum nft_range_ops
    return walk.test(state, between(*held, data, to, walk.v6()), *op == 1);
  switch (*op) { // enum nft_cmp_ops
  case 0:
  case 1:
    return walk.test(state, equal_to(*held, data, walk.v6()), *op == 1);
  case 2:
    return walk.test(state, less_than(*held, data, walk.v6()), false);
  case 3:
    return walk.test(state, at_most(*held, data, walk.v6()), false);
  case 4:
    return walk.test(state, at_most(*held, data, walk.v6()), true);
  default:
    return walk.test(state, less_than(*held, data, walk.v6()), true);
  }
}

bool follow_lookup(RuleWalk& walk, RuleState& state, const Values& values) {
  const std::string name = values.name("set");
  const auto reg = values.number("sreg"), into = values.number("dreg");
  const bool inverted = (values.number("flags").value_or(0) & 1) != 0; // NFT_LOOKUP_F_INV
  const SetHits& hits = walk.input.sets.hits(name, state.registers, reg.value_or(0), walk.v6(), walk.budget);
  const NetFilterSet* set = walk.input.sets.find(name);
  if (!set || (hits.unclear && into))
    return unclear(walk, state);
  if (hits.unclear) {
    walk.may_break(state);
    return true;
  }
  // Where this element was found: the rest of the rule, with what the map gives.
  const auto found = [&](Flow flow, const NetFilterElement* element) {
    if (inverted)
      return walk.end(std::move(flow), Outcome::What::next);
    RuleState on = state;
    on.flow = std::move(flow);
    ++on.at;
    if (into && *into == 0) {
      if (element->verdict.empty() || walk.verdict(on, element->verdict, element->chain))
        return element->verdict.empty() ? walk.end(on.flow, Outcome::What::unclear) : void();
    } else if (into) {
      walk.store(on, *into, element->data.empty() ? unknown_symbols(16) : known_symbols(element->data));
    }
    walk.states.push_back(std::move(on));
  };
  std::vector<Flow> rest{state.flow};
  for (const SetHit& hit : hits.hits) {
    std::vector<Flow> left;
    walk.budget.step(rest.size());
    for (Flow& flow : rest) {
      if (walk.budget.spent) {
        left.push_back(std::move(flow));
        continue;
      }
      Parts parts = parted(flow.box, hit.condition, walk.budget);
      if (parts.in) {
        Flow in = flow;
        in.box = *parts.in;
        if (hit.condition.maybe) {
          walk.fork(in);
          left.push_back(in);
        }
        found(std::move(in), hit.element);
      }
      for (Box& box : parts.out) {
        Flow out = flow;
        out.box = std::move(box);
        left.push_back(std::move(out));
      }
    }
    rest = std::move(left);
    walk.budget.spent = walk.budget.spent || rest.size() + walk.states.size() > walk.budget.regions;
  }
  for (Flow& flow : rest) {
    if (walk.budget.spent)
      walk.end(std::move(flow), Outcome::What::unclear);
    else if (hits.rest)
      found(std::move(flow), hits.rest);
    else if (!inverted)
      walk.end(std::move(flow), Outcome::What::next);
    else {
      RuleState on = state;
      on.flow = std::move(flow);
      ++on.at;
      walk.states.push_back(std::move(on));
    }
  }
  return false;
}

} // namespace sbx
