// What does one rule do with the packets of a flow?
#pragma once

#include "network/flow.h"
#include "network/set_lookup.h"

#include <map>
#include <string>
#include <vector>

namespace sbx {

struct Outcome {
  enum class What {
    next,   // it does not match, or decides nothing
    accept, // of this base chain
    refuse,
    jump, // to `chain`
    go_to,
    back,    // from the chain
    unclear, // who decides is not evaluated
  };
  Flow flow;
  What what = What::next;
  std::string chain;
};

// Sets of a table, and which of them the rules themselves change.
class Sets {
public:
  explicit Sets(const NetFilterTable& table);
  // As set_hits(), kept.
  const SetHits& hits(const std::string& name, const Registers& registers, std::uint32_t reg, bool v6,
                      Budget& budget);
  const NetFilterSet* find(const std::string& name) const;

private:
  std::map<std::string, const NetFilterSet*> sets_;
  std::map<std::string, bool> changed_;
  std::map<std::pair<std::string, std::string>, SetHits> known_;
};

struct RuleInput {
  const NetFilterRule& rule;
  const Scene& scene;
  Sets& sets;
  std::uint32_t text; // of this rule: what forks is told to have forked here
};

// Together the outcomes hold every packet of the flow. Where a test may hold or not, both ways are there.
std::vector<Outcome> outcomes(const RuleInput& input, const Flow& flow, Budget& budget);

} // namespace sbx
