// What can be said of a layer? Five words, the same in every output.
#pragma once

#include <cstddef>
#include <string_view>

namespace sbx {

enum class State {
  enforced,       // on every task, by the kernel's own evidence
  partial,        // on some tasks only, or less than the layer means
  absent,         // seen not to be there
  unknown,        // not seen: says nothing either way
  not_applicable, // the question does not arise here: layer vm of what is no monitor
};

std::string_view state_name(State state);

// How many tasks have the property, how many were seen without it, how many could not be seen.
struct Tally {
  std::size_t with = 0;
  std::size_t without = 0;
  std::size_t unseen = 0;
  bool moving = false; // tasks came faster than they could be counted, so there may be more
  std::size_t total() const { return with + without + unseen; }
};

// The weakest task decides. A task with it beside one without is partial whatever the unseen ones are; in
// every other case one unseen task, or one that may have been missed, leaves the whole unknown. So does no
// task at all.
State judge(const Tally& tally);

} // namespace sbx
