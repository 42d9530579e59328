// How far is a rule with a flow? The tools with which the expressions of one rule are followed.
#pragma once

#include "network/rule.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// The values of an expression, as numbers and bytes.
class Values {
public:
  explicit Values(const NetExpression& expression) : values_(expression.values) {}
  bool has(const char* key) const { return values_.find(key) != values_.end(); }
  std::optional<std::uint32_t> number(const char* key) const;
  std::string bytes(const char* key) const; // of hex
  std::string name(const char* key) const;

private:
  const std::map<std::string, std::string>& values_;
};

std::optional<std::string> unhexed(std::string_view hex);

// A flow at an expression of the rule.
struct RuleState {
  Flow flow;
  Registers registers;
  std::size_t at = 0; // the next expression
};

class RuleWalk {
public:
  RuleWalk(const RuleInput& of, Budget& spends) : input(of), budget(spends) {}

  const RuleInput& input;
  Budget& budget;
  std::vector<RuleState> states; // still to be followed
  std::vector<Outcome> ends;
  bool v6() const { return input.scene.sender.v6; }

  void end(Flow flow, Outcome::What what, std::string chain = {});
  // This state may as well not match.
  void may_break(RuleState& state);
  void fork(Flow& flow) const;
  // Goes on where the condition holds, and takes what does not hold to the next rule. False: it holds
  // nowhere, and nothing of the state is left.
  bool test(RuleState& state, const Condition& condition, bool negated);
  void store(RuleState& state, std::uint32_t reg, const Symbols& symbols);
  // By a word of a verdict. True: the state has ended.
  bool verdict(RuleState& state, const std::string& word, const std::string& chain);
};

// One expression. True: the state goes on with the next one.
bool follow(RuleWalk& walk, RuleState& state, const NetExpression& expression);
bool follow_payload(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_meta(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_ct(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_bitwise(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_byteorder(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_compare(RuleWalk& walk, RuleState& state, const Values& values, bool range);
bool follow_lookup(RuleWalk& walk, RuleState& state, const Values& values);
bool follow_nat(RuleWalk& walk, RuleState& state, const Values& values, bool redirects);
bool follow_match(RuleWalk& walk, RuleState& state, const Values& values);  // of xtables
bool follow_target(RuleWalk& walk, RuleState& state, const Values& values); // of xtables

// The destination becomes this; `address` and `port` where they change. The chain ends.
struct NewDestination {
  bool address = false, port = false;
  std::optional<IpAddress> to; // where it is known
  std::optional<std::uint16_t> to_port;
};
void redirect(RuleWalk& walk, RuleState& state, const NewDestination& destination);
IpAddress loopback_of(bool v6);

} // namespace sbx
