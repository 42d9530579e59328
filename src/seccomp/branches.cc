#include "seccomp/branches.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

SeccompWords with(SeccompWords words, DataWord word, WordSet values) {
  words.set(word, std::move(values));
  return words;
}

// Down every way that can be gone; `at_end` is told where each ends and what holds there. False from it ends
// the walk.
template <class AtEnd>
bool walk(const Decisions& decisions, DecisionId id, const SeccompWords& words, bool computed,
          const AtEnd& at_end) {
  const Decision& node = decisions.at(id);
  if (node.leaf)
    return at_end(node.action, words, computed);
  if (node.test.op == SeccompTest::Op::computed)
    return walk(decisions, node.yes, words, true, at_end) && walk(decisions, node.no, words, true, at_end);
  for (const bool holds : {true, false}) {
    WordSet values = words.of(node.test.word).narrowed(node.test, holds);
    if (values.empty())
      continue;
    if (!walk(decisions, holds ? node.yes : node.no, with(words, node.test.word, std::move(values)), computed,
              at_end))
      return false;
  }
  return true;
}

} // namespace

SeccompBranches branches_of(const Decisions& decisions, DecisionId id, std::size_t most) {
  SeccompBranches found;
  found.cut =
      !walk(decisions, id, {}, false, [&](SeccompAction action, const SeccompWords& words, bool computed) {
        if (found.list.size() == most)
          return false;
        found.list.push_back({action, words, computed});
        return true;
      });
  return found;
}

std::vector<SeccompAction> actions_of(const Decisions& decisions, DecisionId id) {
  std::vector<SeccompAction> found;
  std::set<DecisionId> seen;
  std::vector<DecisionId> left{id};
  while (!left.empty()) {
    const DecisionId next = left.back();
    left.pop_back();
    if (!seen.insert(next).second)
      continue;
    const Decision& node = decisions.at(next);
    if (!node.leaf)
      left.insert(left.end(), {node.yes, node.no});
    else
      found.push_back(node.action);
  }
  std::sort(found.begin(), found.end(), [](SeccompAction a, SeccompAction b) {
    return a.kind != b.kind ? a.kind < b.kind : a.data != b.data ? a.data < b.data : a.unknown < b.unknown;
  });
  return found;
}

std::vector<SeccompAction> endings(const Decisions& decisions, DecisionId id, const SeccompWords& words) {
  std::vector<SeccompAction> found;
  walk(decisions, id, words, false, [&](SeccompAction action, const SeccompWords&, bool) {
    if (std::find(found.begin(), found.end(), action) == found.end())
      found.push_back(action);
    return true;
  });
  return found;
}

std::optional<SeccompWords> way_through(const Decisions& decisions, DecisionId id, const SeccompWords& words,
                                        SeccompBudget& budget) {
  std::optional<SeccompWords> found;
  walk(decisions, id, words, false, [&](SeccompAction action, const SeccompWords& there, bool computed) {
    if (!computed && lets_through(action))
      found = there;
    return !found && budget.spend(16); // a way has some tests
  });
  return found;
}

std::optional<bool> same_decision(const Decisions& one, DecisionId a, const Decisions& other, DecisionId b) {
  if (&one == &other && a == b)
    return true;
  std::size_t left = 100'000; // ways through both; far more than filters that people write have
  bool sure = true;
  const bool same =
      walk(one, a, {}, false, [&](SeccompAction action, const SeccompWords& words, bool computed) {
        return walk(other, b, words, computed, [&](SeccompAction answer, const SeccompWords&, bool guessed) {
          sure = sure && !guessed && left-- > 0;
          return sure && action == answer;
        });
      });
  return sure ? std::optional(same) : std::nullopt;
}

} // namespace sbx
