#include "seccomp/conditions.h"

#include "seccomp/programs.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace sbx;
using namespace sbx::bpf;

namespace {

constexpr std::uint32_t socket_nr = 41, clone_nr = 56, personality_nr = 135, mprotect_nr = 10, getpid_nr = 39;

// "errno:1: family == AF_UNIX" for each, of one call of x86_64.
std::vector<std::string> told(const SeccompProgram& program, std::uint32_t call, std::string_view name) {
  Decisions decisions;
  SeccompBudget budget;
  const auto id = evaluate({&program}, {WordSet::only(call), x86_64}, decisions, budget);
  REQUIRE(id);
  std::vector<std::string> out;
  for (const SeccompCondition& it : conditions_of(decisions, *id, SyscallAbi::x86_64, name).list)
    out.push_back(action_name(it.action) + ": " + it.when);
  return out;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("seccomp conditions: an argument of 32 bits is told by its name, its constants by theirs") {
  CHECK(told({load(low(0)), equal(40, 0, 1), give(fails(1)), give(allow)}, socket_nr, "socket") ==
        Texts{"errno:1: family == AF_VSOCK", "allow: otherwise"});
  CHECK(told({load(low(0)), any_bit(0x10000000, 0, 1), give(fails(1)), give(allow)}, clone_nr, "clone") ==
        Texts{"errno:1: clone_flags & CLONE_NEWUSER", "allow: otherwise"});
}

TEST_CASE("seccomp conditions: a comparison of 64 bits of an argument that has 32 says so") {
  CHECK(told({load(high(0)), equal(0, 0, 3), load(low(0)), equal(40, 0, 1), give(fails(1)), give(allow)},
             socket_nr,
             "socket") == Texts{"errno:1: family == AF_VSOCK && high(family) == 0", "allow: otherwise"});
  // Of a pointer or a size the halves together are the number.
  CHECK(told({load(high(1)), equal(0, 0, 3), load(low(1)), equal(4096, 0, 1), give(fails(1)), give(allow)},
             mprotect_nr, "mprotect") == Texts{"errno:1: len == 4096", "allow: otherwise"});
}

TEST_CASE("seccomp conditions: the upper half goes without saying only where the words about the lower one "
          "say it") {
  const auto asked = [&](SeccompInstruction test) {
    return told({load(high(2)), equal(0, 0, 3), load(low(2)), test, give(fails(1)), give(allow)}, mprotect_nr,
                "mprotect")
        .front();
  };
  CHECK(asked(equal(4, 0, 1)) == "errno:1: prot == PROT_EXEC");
  CHECK(asked(any_bit(~std::uint32_t{7}, 1, 0)) == "errno:1: !(prot & ~(PROT_READ|PROT_WRITE|PROT_EXEC))");
  // Read over 64 bits, these hold for numbers whose upper half is not 0: the filter lets those through.
  CHECK(asked(at_least(4, 0, 1)) == "errno:1: low(prot) >= PROT_EXEC && high(prot) == 0");
  CHECK(asked(any_bit(4, 0, 1)) == "errno:1: low(prot) & PROT_EXEC && high(prot) == 0");
  CHECK(asked(any_bit(4, 1, 0)) == "errno:1: !(low(prot) & PROT_EXEC) && high(prot) == 0");
}

TEST_CASE("seccomp conditions: a mask is told by its bits alone, also where 0 has a name") {
  const SeccompProgram program{load(low(1)), any_bit(0x80000000, 0, 1), give(fails(1)), give(allow)};
  CHECK(told(program, 202, "futex").front() == "errno:1: op & 0x80000000");
  const SeccompProgram inverted{load(low(1)), any_bit(~std::uint32_t{0x180}, 0, 1), give(fails(1)),
                                give(allow)};
  CHECK(told(inverted, 202, "futex").front() == "errno:1: op & ~(FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME)");
}

TEST_CASE("seccomp conditions: several values are one condition, and what takes more words is otherwise") {
  const SeccompProgram list{load(low(0)),         equal(0, 3, 0), equal(8, 2, 0),
                            equal(0x20008, 1, 0), give(fails(1)), give(allow)};
  CHECK(told(list, personality_nr, "personality") ==
        Texts{"allow: personality in {PER_LINUX, PER_LINUX32, PER_LINUX32|UNAME26}", "errno:1: otherwise"});
}

TEST_CASE("seccomp conditions: what holds for a value and for all others is not asked at all") {
  // The upper half is looked at, and both ways go on alike.
  const SeccompProgram program{load(high(0)), equal(0, 0, 3), load(low(0)), equal(1, 4, 0), give(allow),
                               load(low(0)),  equal(1, 1, 0), give(allow),  give(fails(1))};
  CHECK(told(program, socket_nr, "socket") == Texts{"errno:1: family == AF_UNIX", "allow: otherwise"});
}

TEST_CASE("seccomp conditions: a mask that leaves few bits out is told by those") {
  CHECK(told({load(low(2)), any_bit(~std::uint32_t{7}, 0, 1), give(fails(1)), give(allow)}, mprotect_nr,
             "mprotect") ==
        Texts{"errno:1: low(prot) & ~(PROT_READ|PROT_WRITE|PROT_EXEC)", "allow: otherwise"});
}

TEST_CASE("seccomp conditions: what is computed is a guess, and says so") {
  const SeccompProgram program{load(low(0)), add(5), equal(7, 0, 1), give(fails(1)), give(allow)};
  Decisions decisions;
  SeccompBudget budget;
  const auto id = evaluate({&program}, {WordSet::only(getpid_nr), x86_64}, decisions, budget);
  const auto found = conditions_of(decisions, *id, SyscallAbi::x86_64, "getpid");
  REQUIRE(found.list.size() == 2);
  CHECK(found.list[0].guessed);
  CHECK(found.list[0].when == "a computation that was not followed");
}

TEST_CASE("seccomp conditions: a list without an end is cut") {
  SeccompProgram program{load(low(0))};
  for (std::uint32_t value = 0; value < 200; ++value) {
    program.push_back(equal(3 * value, 0, 1));
    program.push_back(give(fails(static_cast<std::uint16_t>(value + 1))));
  }
  program.push_back(give(allow));
  Decisions decisions;
  SeccompBudget budget;
  const auto id = evaluate({&program}, {WordSet::only(getpid_nr), x86_64}, decisions, budget);
  REQUIRE(id);
  const auto found = conditions_of(decisions, *id, SyscallAbi::x86_64, "getpid");
  CHECK(found.cut);
  CHECK(found.list.size() <= 129);
}
