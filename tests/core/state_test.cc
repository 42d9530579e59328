#include "core/state.h"

#include <catch2/catch.hpp>

using sbx::judge;
using sbx::State;

TEST_CASE("state: the weakest task decides") {
  CHECK(judge({.with = 3}) == State::enforced);
  CHECK(judge({.without = 3}) == State::absent);
  CHECK(judge({.with = 2, .without = 1}) == State::partial);
}

TEST_CASE("state: a task that was not seen never counts as one without, nor as one with") {
  CHECK(judge({.with = 2, .unseen = 1}) == State::unknown);
  CHECK(judge({.without = 2, .unseen = 1}) == State::unknown);
  CHECK(judge({.with = 1, .without = 1, .unseen = 1}) == State::partial);
  CHECK(judge({}) == State::unknown);
}
