#include "seccomp/rule_tree.h"

#include <algorithm>
#include <utility>

namespace sbx {

namespace {

using Op = SeccompTest::Op;

std::uint32_t low_of(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_of(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

// Whether the rule goes on, or ends, where the test does not hold: these are tested by their opposites.
bool turned(OciComparison op) {
  return op == OciComparison::not_equal || op == OciComparison::less || op == OciComparison::less_or_equal;
}

// Asks for an order, so that both halves are needed for every value.
bool ordered(OciComparison op) {
  return op != OciComparison::equal && op != OciComparison::not_equal && op != OciComparison::masked_equal;
}

Op test_of(OciComparison op) {
  switch (op) {
  case OciComparison::less:
  case OciComparison::at_least:
    return Op::at_least;
  case OciComparison::less_or_equal:
  case OciComparison::greater:
    return Op::greater;
  case OciComparison::not_equal:
  case OciComparison::equal:
  case OciComparison::masked_equal:
    break;
  }
  return Op::equal;
}

int op_priority(OciComparison op) {
  switch (op) {
  case OciComparison::masked_equal:
  case OciComparison::equal:
  case OciComparison::not_equal:
    return 3;
  case OciComparison::less:
  case OciComparison::less_or_equal:
    return 2;
  case OciComparison::greater:
  case OciComparison::at_least:
    break;
  }
  return 1;
}

std::uint64_t mask_of(const OciArgument& argument) {
  return argument.op == OciComparison::masked_equal ? argument.value : ~std::uint64_t{0};
}
std::uint64_t datum_of(const OciArgument& argument) {
  return argument.op == OciComparison::masked_equal ? argument.value_two : argument.value;
}

// libseccomp cuts off what the mask does not hold, so a value outside of it is met all the same.
SeccompTest word_test(DataWord word, Op op, std::uint32_t mask, std::uint32_t value) {
  return {word, op, mask, value & mask};
}

} // namespace

RuleTree::Level RuleTree::level_of(const Node& node) {
  nodes_.push_back(node);
  levels_.push_back({nodes_.size() - 1});
  return levels_.size() - 1;
}

// _db_rule_gen_32(): one test; the upper half of the value is lost.
RuleTree::Level RuleTree::narrow_chain(const OciArgument& argument, std::optional<Level> next,
                                       SeccompAction action) {
  Node node{word_test(low_half(argument.index), test_of(argument.op), low_of(mask_of(argument)),
                      low_of(datum_of(argument))),
            argument.op,
            low_of(datum_of(argument)),
            {},
            {},
            {},
            {}};
  auto& end = turned(argument.op) ? node.no : node.yes;
  (turned(argument.op) ? node.next_no : node.next_yes) = next;
  if (!next)
    end = action;
  return level_of(node);
}

// _db_rule_gen_64(): the upper half, then the lower one.
RuleTree::Level RuleTree::wide_chain(const OciArgument& argument, std::optional<Level> next,
                                     SeccompAction action) {
  const std::uint64_t mask = mask_of(argument), value = datum_of(argument);
  const bool no = turned(argument.op);
  const auto node = [&](SeccompTest test) { return Node{test, argument.op, value, {}, {}, {}, {}}; };
  const auto go_on = [&](Node& from, bool holds) {
    (holds ? from.next_yes : from.next_no) = next;
    if (!next)
      (holds ? from.yes : from.no) = action;
  };
  Node low = node(word_test(low_half(argument.index), test_of(argument.op), low_of(mask), low_of(value)));
  go_on(low, !no);
  Node same = node(word_test(high_half(argument.index), Op::equal, high_of(mask), high_of(value)));
  if (no)
    go_on(same, false);
  same.next_yes = level_of(low);
  if (!ordered(argument.op))
    return level_of(same);
  Node above = node(word_test(high_half(argument.index), Op::greater, high_of(mask), high_of(value)));
  if (!no)
    go_on(above, true);
  above.next_no = level_of(same);
  return level_of(above);
}

std::optional<RuleTree::Level> RuleTree::chain(const std::vector<OciArgument>& arguments, std::size_t from,
                                               SeccompAction action) {
  if (from == arguments.size())
    return std::nullopt;
  const OciArgument& argument = arguments[from];
  const auto next = chain(arguments, from + 1, action);
  return wide_ && !argument.low_half ? wide_chain(argument, next, action)
                                     : narrow_chain(argument, next, action);
}

bool RuleTree::add(std::vector<OciArgument> arguments, SeccompAction action) {
  std::erase_if(arguments, [&](const OciArgument& argument) { // a mask of no bits says nothing
    const std::uint64_t mask = mask_of(argument);
    return (wide_ && !argument.low_half ? mask : low_of(mask)) == 0;
  });
  std::ranges::stable_sort(arguments, {}, &OciArgument::index);
  if (always_)
    return true; // libseccomp drops it, whatever its action is
  if (arguments.empty()) {
    always_ = action;
    return true;
  }
  const auto added = chain(arguments, 0, action);
  if (!root_) {
    root_ = added;
    return true;
  }
  return add(*root_, levels_[*added].front());
}

// _db_chain_eq() and _db_chain_lt(): upper halves and later arguments are asked first.
RuleTree::Order RuleTree::order(const Node& there, const Node& added) {
  if (there.test == added.test)
    return Order::same;
  if (there.test.word != added.test.word)
    return there.test.word < added.test.word ? Order::before : Order::after;
  const int left = op_priority(there.asked), right = op_priority(added.asked);
  if (left != right)
    return left < right ? Order::before : Order::after;
  const bool smaller_first =
      there.asked == OciComparison::less || there.asked == OciComparison::less_or_equal;
  const bool before =
      smaller_first ? there.test.value > added.test.value : there.test.value < added.test.value;
  return before ? Order::before : Order::after;
}

bool RuleTree::add(Level level, NodeId added) {
  for (std::size_t i = 0; i < levels_[level].size(); ++i) {
    const NodeId there = levels_[level][i];
    switch (order(nodes_[there], nodes_[added])) {
    case Order::same:
      return there == added || merge(there, added);
    case Order::before:
      levels_[level].insert(levels_[level].begin() + static_cast<std::ptrdiff_t>(i), added);
      return true;
    case Order::after:
      break;
    }
  }
  levels_[level].push_back(added);
  return true;
}

bool RuleTree::only(std::optional<Level> level, SeccompAction action) const {
  return !level || std::ranges::all_of(levels_[*level], [&](NodeId id) {
    const Node& node = nodes_[id];
    return (!node.yes || *node.yes == action) && (!node.no || *node.no == action) &&
           only(node.next_yes, action) && only(node.next_no, action);
  });
}

bool RuleTree::merge_end(NodeId into, NodeId added, bool yes) {
  Node& there = nodes_[into];
  const Node& one = nodes_[added];
  const auto& wanted = yes ? one.yes : one.no;
  auto& end = yes ? there.yes : there.no;
  auto& next = yes ? there.next_yes : there.next_no;
  if (!wanted || end == wanted)
    return true;
  if (!end) {
    if (!only(next, *wanted))
      return false;
    next.reset();
    end = wanted;
    return true;
  }
  // Comparisons by order share their upper half; the bound that is met first decides there.
  const bool high = is_high_half(one.test.word);
  if (yes && high && one.value > there.value)
    end = wanted;
  return !there.leaf() && !one.leaf();
}

bool RuleTree::merge_next(std::optional<Level>& into, const std::optional<SeccompAction>& ends,
                          const std::optional<Level>& added) {
  if (!added)
    return true;
  if (into)
    return *into == *added || add(*into, levels_[*added].front());
  if (!ends)
    into = added;
  return true; // what is there is shorter, and so holds more often
}

bool RuleTree::merge(NodeId into, NodeId added) {
  if (!merge_end(into, added, true) || !merge_end(into, added, false))
    return false;
  std::optional<Level> yes = nodes_[into].next_yes, no = nodes_[into].next_no;
  if (!merge_next(yes, nodes_[into].yes, nodes_[added].next_yes) ||
      !merge_next(no, nodes_[into].no, nodes_[added].next_no))
    return false;
  nodes_[into].next_yes = yes;
  nodes_[into].next_no = no;
  return true;
}

DecisionId RuleTree::decide(Decisions& decisions, DecisionId otherwise) const {
  return always_ ? decisions.always(*always_) : root_ ? decide(decisions, *root_, otherwise) : otherwise;
}

// Where a test leads nowhere, the next one on its level is asked, and after the last the level above goes on.
DecisionId RuleTree::decide(Decisions& decisions, Level level, DecisionId otherwise) const {
  DecisionId next = otherwise;
  for (auto id = levels_[level].rbegin(); id != levels_[level].rend(); ++id) {
    const Node& node = nodes_[*id];
    const auto end = [&](const std::optional<Level>& below, const std::optional<SeccompAction>& action) {
      return below ? decide(decisions, *below, next) : action ? decisions.always(*action) : next;
    };
    const DecisionId yes = end(node.next_yes, node.yes), no = end(node.next_no, node.no);
    // An upper half under a mask without bits: met by every value.
    next = node.test.mask == 0 ? (node.test.op == Op::equal ? yes : no) : decisions.when(node.test, yes, no);
  }
  return next;
}

} // namespace sbx
