// What does a test pretend that the kernel said? Outside the tests only a Witness makes a Seen value from
// nothing.
#pragma once

#include "core/observation.h"

#include <utility>

namespace sbx {

struct TestMint {
  template <class T> static Seen<T> seen(T value, Source source) { return Seen<T>(std::move(value), source); }
  template <class T> static Observation<T> observation(T value, Source source) {
    return Observation<T>(Seen<T>(std::move(value), source));
  }
  template <class T> static Observation<T> observation(Gap gap) { return Observation<T>(std::move(gap)); }
};

} // namespace sbx
