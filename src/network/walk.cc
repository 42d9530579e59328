#include "network/walk.h"

#include "core/escape.h"

#include <algorithm>
#include <iterator>

namespace sbx {

namespace {

constexpr unsigned deepest = 16;         // NFT_JUMP_STACK_SIZE
constexpr std::int32_t conntrack = -200; // NF_IP_PRI_CONNTRACK

std::optional<bool> tracking_at(const BaseChain& base) {
  if (base.hook == Hook::egress || base.perhaps || (base.hook == Hook::output && base.priority == conntrack))
    return std::nullopt;
  return base.hook == Hook::postrouting || base.priority > conntrack;
}

// Whether packets of the interface pass a chain of netdev; nothing: not known.
std::optional<bool> of_device(const BaseChain& base, const std::optional<Link>& link) {
  if (base.hook != Hook::egress)
    return true;
  if (!link)
    return std::nullopt;
  return std::any_of(base.chain->devices.begin(), base.chain->devices.end(), [&](const NetFilterDevice& it) {
    return it.begins ? link->name.starts_with(it.name) : link->name == it.name;
  });
}

const char* refusal_word(const NetFilterRule& rule) {
  const bool rejects =
      std::any_of(rule.expressions.begin(), rule.expressions.end(), [](const NetExpression& it) {
        const auto name = it.values.find("name");
        return it.name == "reject" ||
               (it.name == "target" && name != it.values.end() && name->second == "REJECT");
      });
  return rejects ? "reject" : "drop";
}

void append(std::vector<Flow>& to, std::vector<Flow> flows) {
  to.insert(to.end(), std::make_move_iterator(flows.begin()), std::make_move_iterator(flows.end()));
}

} // namespace

void tidy(std::vector<Flow>& flows, Budget& budget) {
  std::vector<Flow> kept;
  std::map<std::pair<std::uint32_t, bool>, std::vector<std::size_t>>
      alike; // places in kept of what may be one
  for (Flow& fresh : flows) {
    std::vector<std::size_t>& places = alike[{fresh.state.by, fresh.forked}];
    std::vector<Box> boxes{fresh.box};
    for (const std::size_t place : places) {
      const Flow& known = kept[place];
      budget.step();
      if (budget.spent || !fresh.forked) // what was never forked is nowhere else
        break;
      if (known.state != fresh.state)
        continue;
      std::vector<Box> left;
      for (const Box& box : boxes) {
        if (!meet(box, known.box, budget)) {
          left.push_back(box);
          continue;
        }
        const std::vector<Box> rest = without(box, known.box, budget);
        left.insert(left.end(), rest.begin(), rest.end());
      }
      boxes = std::move(left);
    }
    for (Box& box : boxes) {
      const bool gone = !budget.spent && std::any_of(places.begin(), places.end(), [&](std::size_t place) {
        Flow& known = kept[place];
        budget.step();
        auto one = known.state == fresh.state ? joined(known.box, box, budget) : std::nullopt;
        if (one)
          known.box = std::move(*one);
        return one.has_value();
      });
      if (gone)
        continue;
      Flow flow = fresh;
      flow.box = std::move(box);
      places.push_back(kept.size());
      kept.push_back(std::move(flow));
    }
  }
  flows = std::move(kept);
}

bool Walk::over(std::size_t held) {
  budget_.spent =
      budget_.spent || held + accepted_.size() > budget_.regions || leaves.size() > budget_.endings;
  return budget_.spent;
}

std::uint32_t Walk::text(std::string words) {
  texts_.push_back(std::move(words));
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

std::uint32_t Walk::rule_text(const NetFilterChain& chain, std::size_t rule, const char* verdict) {
  const auto [known, fresh] = rule_texts_.try_emplace({&chain.rules[rule], verdict}, 0);
  if (fresh) {
    std::string words = chain_words(view_->table, chain) + ", rule " + std::to_string(rule + 1);
    if (!chain.rules[rule].comment.empty())
      words += " (" + escaped(chain.rules[rule].comment, 60) + ")";
    known->second = text(words + (*verdict != '\0' ? std::string(": ") + verdict : std::string()));
  }
  return known->second;
}

void Walk::leaf(Flow flow, Fate fate, std::uint32_t by) { leaves.push_back({std::move(flow), fate, by}); }

void Walk::give_up(std::vector<Flow>& flows) {
  static const std::string words = "not evaluated: too many rules";
  if (flows.empty())
    return;
  const std::uint32_t by =
      texts_.back() == words ? static_cast<std::uint32_t>(texts_.size() - 1) : text(words);
  for (Flow& flow : flows)
    leaf(std::move(flow), Fate::undecided, by);
  flows.clear();
}

std::vector<Flow> Walk::follow(const NetFilterChain& chain, std::vector<Flow> flows, unsigned depth) {
  std::vector<Flow> back;
  std::size_t tidied = flows.size();
  for (std::size_t number = 0; number < chain.rules.size() && !flows.empty(); ++number) {
    const RuleInput input{chain.rules[number], *scene_, view_->sets, rule_text(chain, number, "")};
    std::vector<Flow> next;
    std::map<std::pair<const NetFilterChain*, bool>, std::vector<Flow>> jumps;
    for (Flow& flow : flows) {
      budget_.step();
      if (over(next.size() + flows.size())) {
        next.push_back(std::move(flow));
        continue;
      }
      for (Outcome& it : outcomes(input, flow, budget_)) {
        switch (it.what) {
        case Outcome::What::next:
          next.push_back(std::move(it.flow));
          break;
        case Outcome::What::accept:
          it.flow.state.by = rule_text(chain, number, "accept");
          accepted_.push_back(std::move(it.flow));
          break;
        case Outcome::What::refuse:
          leaf(std::move(it.flow), Fate::refused,
               rule_text(chain, number, refusal_word(chain.rules[number])));
          break;
        case Outcome::What::back:
          back.push_back(std::move(it.flow));
          break;
        case Outcome::What::unclear:
          leaf(std::move(it.flow), Fate::undecided, rule_text(chain, number, "not evaluated"));
          break;
        case Outcome::What::jump:
        case Outcome::What::go_to: {
          const auto to = view_->chains.find(it.chain);
          if (to == view_->chains.end() || depth >= deepest)
            leaf(std::move(it.flow), Fate::undecided, rule_text(chain, number, "not evaluated"));
          else
            jumps[{to->second, it.what == Outcome::What::go_to}].push_back(std::move(it.flow));
          break;
        }
        }
      }
    }
    for (auto& [target, jumping] : jumps)
      append(target.second ? back : next, follow(*target.first, std::move(jumping), depth + 1));
    if (next.size() > 2 * tidied || (next.size() > tidied && tidied < 8)) {
      tidy(next, budget_);
      tidied = std::max<std::size_t>(next.size(), 1);
    }
    if (over(next.size() + back.size())) {
      give_up(next);
      give_up(back);
      return {};
    }
    flows = std::move(next);
  }
  append(back, std::move(flows));
  if (back.size() > 1)
    tidy(back, budget_);
  return back;
}

// Those that the chain is asked about; the others stay.
std::vector<Flow> Walk::asked(const BaseChain& base, std::vector<Flow>& flows) {
  std::vector<Flow> in, others;
  for (Flow& flow : flows) {
    const auto of = of_device(base, link_of(flow, *scene_));
    const bool decided =
        base.nat &&
        (flow.state.untracked || (base.hook == Hook::output ? flow.state.output_nat : flow.state.source_nat));
    if (decided || (of && !*of)) {
      others.push_back(std::move(flow));
      continue;
    }
    if (base.perhaps || !of) {
      if (!flow.forked)
        flow.fork_by = text(chain_words(base.view->table, *base.chain) + ": not known whether it is asked");
      flow.forked = true;
      others.push_back(flow);
    }
    in.push_back(std::move(flow));
  }
  flows = std::move(others);
  return in;
}

std::vector<Flow> Walk::through(const BaseChain& base, std::vector<Flow> flows) {
  Scene scene{sender_,          base.hook, base.view->table.family, base.nat, base.chain->type == "route",
              tracking_at(base)};
  scene_ = &scene;
  view_ = base.view;
  accepted_.clear();
  std::vector<Flow> in = asked(base, flows);
  std::vector<Flow> fallen = follow(*base.chain, std::move(in), 0);
  const std::string chain = chain_words(base.view->table, *base.chain);
  if (base.chain->policy == "drop") {
    const std::uint32_t by = fallen.empty() ? 0 : text("policy drop of " + chain);
    for (Flow& flow : fallen)
      leaf(std::move(flow), Fate::refused, by);
    fallen.clear();
  }
  append(flows, std::move(accepted_));
  append(flows, std::move(fallen));
  accepted_.clear();
  tidy(flows, budget_);
  if (over(flows.size()))
    give_up(flows);
  return flows;
}

} // namespace sbx
