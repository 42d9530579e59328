// What do several rules about one system call come to? The tree that libseccomp builds of them
// (_db_tree_add() and _db_chain_lt() of its src/db.c, 2.5): rules with other arguments and other actions can
// hold at once, and then the order of this tree decides, not that of the profile.
#pragma once

#include "seccomp/decision.h"
#include "seccomp/oci_profile.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sbx {

class RuleTree {
public:
  explicit RuleTree(bool wide) : wide_(wide) {} // arguments have 64 bits; else 32, and values are cut off

  // All arguments hold at once, each of another index. False: libseccomp refuses it, for the same conditions
  // have another action already.
  bool add(std::vector<OciArgument> arguments, SeccompAction action);

  DecisionId decide(Decisions& decisions, DecisionId otherwise) const;

private:
  using Level = std::size_t; // index into levels_
  struct Node {
    SeccompTest test;
    OciComparison asked; // what the rule said; a not_equal is an equal here, with its ends changed over
    std::uint64_t value; // the whole of it
    std::optional<SeccompAction> yes, no;
    std::optional<Level> next_yes, next_no;
    bool leaf() const { return !next_yes && !next_no; }
  };
  using NodeId = std::size_t;
  enum class Order { same, before, after };

  Level level_of(const Node& node);
  std::optional<Level> chain(const std::vector<OciArgument>& arguments, std::size_t from,
                             SeccompAction action);
  Level wide_chain(const OciArgument& argument, std::optional<Level> next, SeccompAction action);
  Level narrow_chain(const OciArgument& argument, std::optional<Level> next, SeccompAction action);
  bool add(Level level, NodeId added);
  bool merge(NodeId into, NodeId added);
  bool merge_end(NodeId into, NodeId added, bool yes);
  bool merge_next(std::optional<Level>& into, const std::optional<SeccompAction>& ends,
                  const std::optional<Level>& added);
  bool only(std::optional<Level> level, SeccompAction action) const;
  static Order order(const Node& there, const Node& added);
  DecisionId decide(Decisions& decisions, Level level, DecisionId otherwise) const;

  bool wide_;
  std::optional<SeccompAction> always_; // a rule without conditions: nothing else counts
  std::optional<Level> root_;
  std::vector<Node> nodes_;
  std::vector<std::vector<NodeId>> levels_;
};

} // namespace sbx
