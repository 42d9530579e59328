#include "network/rule.h"

#include "network/rule_state.h"

#include <algorithm>
#include <charconv>

namespace sbx {

namespace {

std::string signature(const Registers& registers, std::uint32_t reg, std::size_t length) {
  std::string text;
  if (const auto key = registers.load(reg, length))
    for (const Symbol& it : *key)
      text.append({static_cast<char>(it.origin), static_cast<char>(it.index), static_cast<char>(it.mask),
                   static_cast<char>(it.flip)});
  return text;
}

} // namespace

Sets::Sets(const NetFilterTable& table) {
  for (const NetFilterSet& set : table.sets)
    sets_.emplace(set.name, &set);
  for (const NetFilterChain& chain : table.chains)
    for (const NetFilterRule& rule : chain.rules)
      for (const NetExpression& expression : rule.expressions)
        if (expression.name == "dynset")
          changed_[Values(expression).name("set")] = true;
}

const NetFilterSet* Sets::find(const std::string& name) const {
  const auto found = sets_.find(name);
  return found == sets_.end() ? nullptr : found->second;
}

const SetHits& Sets::hits(const std::string& name, const Registers& registers, std::uint32_t reg, bool v6,
                          Budget& budget) {
  static const SetHits unclear{{}, nullptr, true};
  const NetFilterSet* set = find(name);
  const auto key = set ? registers.load(reg, (set->key_len + 3U) / 4 * 4) : std::nullopt;
  if (!key || changed_.contains(name))
    return unclear;
  const std::string how = signature(registers, reg, key->size());
  const auto known = known_.find({name, how});
  if (known != known_.end())
    return known->second;
  return known_.emplace(std::pair(name, how), set_hits(*set, key->first(set->key_len), v6, budget))
      .first->second;
}

std::optional<std::string> unhexed(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto [end, problem] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (problem != std::errc{} || end != hex.data() + i + 2)
      return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return hex.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

std::optional<std::uint32_t> Values::number(const char* key) const {
  const auto found = values_.find(key);
  std::uint32_t value = 0;
  if (found == values_.end())
    return std::nullopt;
  const char* const end = found->second.data() + found->second.size();
  const auto [stopped, problem] = std::from_chars(found->second.data(), end, value);
  return problem == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

std::string Values::name(const char* key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string() : found->second;
}

std::string Values::bytes(const char* key) const { return unhexed(name(key)).value_or(std::string()); }

void RuleWalk::end(Flow flow, Outcome::What what, std::string chain) {
  ends.push_back({std::move(flow), what, std::move(chain)});
}

void RuleWalk::fork(Flow& flow) const {
  if (!flow.forked)
    flow.fork_by = input.text;
  flow.forked = true;
}

void RuleWalk::may_break(RuleState& state) {
  fork(state.flow);
  end(state.flow, Outcome::What::next);
}

bool RuleWalk::test(RuleState& state, const Condition& condition, bool negated) {
  Parts parts = parted(state.flow.box, condition, budget);
  std::vector<Box> stay, leave;
  if (condition.maybe && parts.in) {
    Flow open = state.flow;
    fork(open);
    open.box = *parts.in;
    end(open, Outcome::What::next);
    RuleState on = state;
    on.flow = std::move(open);
    on.at = state.at + 1;
    states.push_back(std::move(on));
  } else if (parts.in) {
    (negated ? leave : stay).push_back(*parts.in);
  }
  for (Box& box : parts.out)
    (negated ? stay : leave).push_back(std::move(box));
  for (Box& box : leave) {
    Flow flow = state.flow;
    flow.box = std::move(box);
    end(std::move(flow), Outcome::What::next);
  }
  if (stay.empty())
    return false;
  for (std::size_t i = 1; i < stay.size(); ++i) {
    RuleState more = state;
    more.flow.box = std::move(stay[i]);
    ++more.at;
    states.push_back(std::move(more));
  }
  state.flow.box = std::move(stay[0]);
  return true;
}

void RuleWalk::store(RuleState& state, std::uint32_t reg, const Symbols& symbols) {
  state.registers.store(reg, symbols); // a place that does not exist is never read either
}

bool RuleWalk::verdict(RuleState& state, const std::string& word, const std::string& chain) {
  using enum Outcome::What;
  if (word == "continue")
    return false;
  const auto what = word == "accept"   ? accept
                    : word == "drop"   ? refuse
                    : word == "return" ? back
                    : word == "break"  ? next
                    : word == "jump"   ? jump
                    : word == "goto"   ? go_to
                                       : unclear; // queue: a program decides
  end(state.flow, what, chain);
  return true;
}

std::vector<Outcome> outcomes(const RuleInput& input, const Flow& flow, Budget& budget) {
  RuleWalk walk(input, budget);
  walk.states.push_back({flow, {}, 0});
  while (!walk.states.empty()) {
    RuleState state = std::move(walk.states.back());
    walk.states.pop_back();
    bool on = true;
    while (on && state.at < input.rule.expressions.size()) {
      budget.step();
      if (budget.spent || walk.states.size() + walk.ends.size() > budget.regions) {
        budget.spent = true;
        walk.end(state.flow, Outcome::What::unclear);
        on = false;
        break;
      }
      on = follow(walk, state, input.rule.expressions[state.at]);
      ++state.at;
    }
    if (on)
      walk.end(std::move(state.flow), Outcome::What::next);
  }
  return std::move(walk.ends);
}

} // namespace sbx
