// Under which conditions does each action of a decision happen? The paths of its tree, as sets of values of
// the words.
#pragma once

#include "seccomp/budget.h"
#include "seccomp/decision.h"
#include "seccomp/words.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace sbx {

// All conditions hold at once; the branches of a decision exclude each other.
struct SeccompBranch {
  SeccompAction action;
  SeccompWords words;    // those that matter
  bool computed = false; // it also depends on something that was not followed: it may never happen
};

struct SeccompBranches {
  std::vector<SeccompBranch> list;
  bool cut = false; // there are more than `most`
};
SeccompBranches branches_of(const Decisions& decisions, DecisionId id, std::size_t most);

// Every action that can happen, the strictest first.
std::vector<SeccompAction> actions_of(const Decisions& decisions, DecisionId id);

// Every end that words with these values can come to.
std::vector<SeccompAction> endings(const Decisions& decisions, DecisionId id, const SeccompWords& words);

// A way to an end that lets the call through, for words with these values: the values there. Ways over
// something computed are not taken.
std::optional<SeccompWords> way_through(const Decisions& decisions, DecisionId id, const SeccompWords& words,
                                        SeccompBudget& budget);

// Do both answer the same to every call? Nothing where they are too large to say, or depend on something
// computed.
std::optional<bool> same_decision(const Decisions& one, DecisionId a, const Decisions& other, DecisionId b);

} // namespace sbx
