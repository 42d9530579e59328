// For which packets does a set or a map of nf_tables hold the key, and what does it give them?
#pragma once

#include "network/condition.h"
#include "parse/net_ruleset.h"

#include <span>
#include <vector>

namespace sbx {

struct SetHit {
  Condition condition;
  const NetFilterElement* element; // that has the verdict or the data; of a set, any of them
};

struct SetHits {
  std::vector<SetHit> hits;               // one after the other: the first that holds counts
  const NetFilterElement* rest = nullptr; // catches all else
  bool unclear = false;                   // what it holds changes, or cannot be told
};

SetHits set_hits(const NetFilterSet& set, std::span<const Symbol> key, bool v6, Budget& budget);

} // namespace sbx
