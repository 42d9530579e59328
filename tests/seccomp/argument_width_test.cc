#include "seccomp/argument_width.h"

#include "seccomp/programs.h"

#include <catch2/catch.hpp>

using namespace sbx;
using namespace sbx::bpf;

namespace {

constexpr std::uint32_t socket_nr = 41, mprotect_nr = 10;

std::optional<WidthGap> gap(const SeccompProgram& program, std::uint32_t call, std::string_view name) {
  Decisions decisions;
  SeccompBudget budget;
  const auto id = evaluate({&program}, {WordSet::only(call), x86_64}, decisions, budget);
  REQUIRE(id);
  return width_gap(decisions, *id, SyscallAbi::x86_64, name, budget);
}

} // namespace

TEST_CASE("argument width: a rule on 64 bits of an int can be passed") {
  const auto found =
      gap({load(high(0)), equal(0, 0, 3), load(low(0)), equal(40, 0, 1), give(fails(1)), give(allow)},
          socket_nr, "socket");
  REQUIRE(found);
  CHECK(found->argument == 0);
  CHECK(found->refused == 40);
  CHECK(static_cast<std::uint32_t>(found->let_through) == 40);
  CHECK(found->let_through >> 32 != 0);
  CHECK(action_name(found->refusal) == "errno:1");
}

TEST_CASE("argument width: so can a list of what is allowed that a large value satisfies") {
  // Greater than 5, as 64 bits.
  CHECK(gap({load(high(0)), greater(0, 3, 0), load(low(0)), greater(5, 1, 0), give(fails(1)), give(allow)},
            socket_nr, "socket"));
}

TEST_CASE("argument width: rules on one half, on everything else, or on 64 bits that the kernel reads have "
          "no gap") {
  CHECK_FALSE(gap({load(low(0)), equal(40, 0, 1), give(fails(1)), give(allow)}, socket_nr, "socket"));
  // Only family 1 is allowed, with upper half 0.
  CHECK_FALSE(gap({load(high(0)), equal(0, 0, 2), load(low(0)), equal(1, 1, 0), give(fails(1)), give(allow)},
                  socket_nr, "socket"));
  CHECK_FALSE(gap({load(high(1)), equal(0, 0, 3), load(low(1)), equal(40, 0, 1), give(fails(1)), give(allow)},
                  mprotect_nr, "mprotect"));
}

TEST_CASE("argument width: a negative int as 64 bits is all ones above, and knowing that is no gap") {
  // Refused unless -1: upper half all ones and the lower half -1.
  const SeccompProgram minus_one{load(high(0)),    equal(~0U, 0, 2), load(low(0)),
                                 equal(~0U, 1, 0), give(fails(1)),   give(allow)};
  CHECK_FALSE(gap(minus_one, socket_nr, "socket"));
  // But any upper half of all ones passing is one.
  CHECK(gap({load(high(0)), equal(~0U, 1, 0), give(fails(1)), give(allow)}, socket_nr, "socket"));
}
