// To which ends of a decision does one call come, whose every word is known?
#pragma once

#include "seccomp/decision.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <linux/seccomp.h>
#include <vector>

namespace sbx {

inline std::uint32_t word_of(const seccomp_data& call, DataWord word) {
  std::uint32_t value = 0;
  std::memcpy(&value, reinterpret_cast<const char*>(&call) + 4 * static_cast<unsigned>(word), sizeof value);
  return value;
}

// One, unless something computed is asked on the way: then all that may come of it.
inline std::vector<SeccompAction> ends_of(const Decisions& decisions, DecisionId id,
                                          const seccomp_data& call) {
  std::vector<SeccompAction> ends;
  std::vector<DecisionId> left{id}, seen;
  while (!left.empty()) {
    const Decision& node = decisions.at(left.back());
    seen.push_back(left.back());
    left.pop_back();
    const auto go_to = [&](DecisionId next) {
      if (std::find(seen.begin(), seen.end(), next) == seen.end())
        left.push_back(next);
    };
    if (node.leaf) {
      if (std::find(ends.begin(), ends.end(), node.action) == ends.end())
        ends.push_back(node.action);
      continue;
    }
    const bool computed = node.test.op == SeccompTest::Op::computed;
    const bool holds = !computed && passes(node.test, word_of(call, node.test.word));
    if (computed || holds)
      go_to(node.yes);
    if (!holds)
      go_to(node.no);
  }
  return ends;
}

} // namespace sbx
