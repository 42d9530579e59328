// How many processes have a property? As Tally counts threads, with those apart of which only some threads
// have it.
#pragma once

#include <cstddef>

namespace sbx {

struct Share {
  std::size_t with = 0;    // on every thread
  std::size_t partly = 0;  // on some threads
  std::size_t without = 0; // on no thread
  std::size_t unseen = 0;
  std::size_t total() const { return with + partly + without + unseen; }
};

} // namespace sbx
