// How much work may a target cause? Its filters are followed as far as this reaches, and not further.
#pragma once

#include <cstddef>

namespace sbx {

// In steps: an instruction, or a node of a tree. One budget for all that is evaluated in a run. A container's
// profile takes half a million, for all ways into the kernel.
struct SeccompBudget {
  std::size_t steps = 10'000'000;
  std::size_t steps_for_one = 200'000; // one system call

  bool spent() const { return steps == 0; }
  bool spend(std::size_t count) { // false: there is no more
    steps -= count < steps ? count : steps;
    return steps > 0;
  }
};

} // namespace sbx
