// How do the filters decide on one system call? A tree: tests of its arguments, and an action at each end.
// Equal trees are one and the same node, so a decision that does not depend on anything is a leaf, whatever
// the filters asked.
#pragma once

#include "seccomp/action.h"
#include "seccomp/test.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sbx {

using DecisionId = std::uint32_t;

struct Decision {
  bool leaf = true;
  SeccompAction action; // of a leaf
  SeccompTest test;     // of the others
  DecisionId yes = 0, no = 0;
  bool operator==(const Decision&) const = default;
};

// The nodes of many trees. An id is good for as long as its Decisions lives.
class Decisions {
public:
  DecisionId always(SeccompAction action);
  DecisionId when(const SeccompTest& test, DecisionId yes, DecisionId no); // `yes` itself where both are one
  const Decision& at(DecisionId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }

private:
  struct Hash {
    std::size_t operator()(const Decision& decision) const;
  };
  DecisionId file(const Decision& decision);

  std::vector<Decision> nodes_;
  std::unordered_map<Decision, DecisionId, Hash> known_;
};

// Comparisons of a whole 64-bit argument, made of tests of its halves: for trees that come from a policy.
DecisionId when_equal(Decisions& decisions, unsigned argument, std::uint64_t mask, std::uint64_t value,
                      DecisionId yes, DecisionId no);
DecisionId when_greater(Decisions& decisions, unsigned argument, std::uint64_t value, DecisionId yes,
                        DecisionId no);
DecisionId when_at_least(Decisions& decisions, unsigned argument, std::uint64_t value, DecisionId yes,
                         DecisionId no);

} // namespace sbx
