#include "seccomp/stacked_decision.h"

namespace sbx {

DecisionId StackedDecisions::both(DecisionId newer, DecisionId older) {
  if (newer == older)
    return newer;
  const auto key = std::pair(newer, older);
  if (const auto known = known_.find(key); known != known_.end())
    return known->second;
  // By value: what is filed below moves the nodes.
  const Decision first = decisions_.at(newer), second = decisions_.at(older);
  DecisionId made = 0;
  if (!first.leaf)
    made = decisions_.when(first.test, both(first.yes, older), both(first.no, older));
  else if (!second.leaf)
    made = decisions_.when(second.test, both(newer, second.yes), both(newer, second.no));
  else
    made = decisions_.always(stricter(first.action, second.action));
  known_.emplace(key, made);
  return made;
}

} // namespace sbx
