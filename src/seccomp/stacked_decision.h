// What do two filters answer together? The stricter answer, way by way through both trees.
#pragma once

#include "seccomp/decision.h"

#include <map>
#include <utility>

namespace sbx {

class StackedDecisions {
public:
  explicit StackedDecisions(Decisions& decisions) : decisions_(decisions) {}
  DecisionId both(DecisionId newer, DecisionId older);

private:
  Decisions& decisions_;
  std::map<std::pair<DecisionId, DecisionId>, DecisionId> known_;
};

} // namespace sbx
