#include "seccomp/effective_table.h"

#include "seccomp/programs.h"
#include "seccomp/strict_mode.h"

#include <catch2/catch.hpp>

using namespace sbx;
using namespace sbx::bpf;

namespace {

constexpr std::uint32_t read_nr = 0, write_nr = 1, socket_nr = 41;
const std::vector<SyscallAbi> machine = abis_of("x86_64");

std::string answer(const EffectiveTable& table, SyscallAbi abi, std::string_view name) {
  for (const AbiTable& it : table.abis)
    if (it.abi == abi) {
      const SyscallDecision* call = find_call(it, name);
      if (!call || !call->decision)
        return "not evaluated";
      const Decision& node = table.decisions.at(*call->decision);
      return node.leaf ? action_name(node.action) : "conditional";
    }
  return "no such way";
}

EffectiveTable of(const SeccompChain& chain) {
  SeccompBudget budget;
  return effective_table(chain, machine, budget);
}

std::vector<std::uint8_t> bitmap(std::initializer_list<std::uint32_t> numbers) {
  std::vector<std::uint8_t> bits(64);
  for (const std::uint32_t number : numbers)
    bits[number / 8] = static_cast<std::uint8_t>(bits[number / 8] | 1U << number % 8);
  return bits;
}

} // namespace

TEST_CASE("effective table: no filter allows everything, by every way") {
  const EffectiveTable table = of({});
  CHECK(table.abis.size() == 3);
  CHECK(table.complete);
  for (const AbiTable& abi : table.abis) {
    CHECK(action_name(*abi.default_action) == "allow");
    CHECK(abi.calls.size() > 300);
  }
}

TEST_CASE("effective table: without a test of the architecture a number means another call") {
  const SeccompProgram program = refuses_number(socket_nr);
  const EffectiveTable table = of({&program});
  CHECK(answer(table, SyscallAbi::x86_64, "socket") == "errno:1");
  CHECK(answer(table, SyscallAbi::i386, "socket") == "allow");
  CHECK(answer(table, SyscallAbi::i386, "signal") == "allow"); // 48
  CHECK(answer(table, SyscallAbi::x32, "socket") == "allow");
  CHECK(table.abis[0].calls.front().name == "read");
}

TEST_CASE("effective table: stacked filters give the lowest action, and the newer one's errno") {
  const SeccompProgram older = refuses_number(socket_nr, fails(1)),
                       newer = refuses_number(socket_nr, fails(13)),
                       killer = refuses_number(read_nr, kill_process);
  CHECK(answer(of({&newer, &older}), SyscallAbi::x86_64, "socket") == "errno:13");
  CHECK(answer(of({&older, &newer, &killer}), SyscallAbi::x86_64, "socket") == "errno:1");
  CHECK(answer(of({&older, &newer, &killer}), SyscallAbi::x86_64, "read") == "kill_process");
}

TEST_CASE("effective table: conditions of stacked filters are taken together") {
  // The newer one refuses family 1, the older one everything but family 1: nothing is left.
  const SeccompProgram newer{load(low(0)), equal(1, 0, 1), give(fails(1)), give(allow)};
  const SeccompProgram older{load(low(0)), equal(1, 1, 0), give(fails(1)), give(allow)};
  CHECK(answer(of({&newer, &older}), SyscallAbi::x86_64, "socket") == "errno:1");
  CHECK(answer(of({&newer}), SyscallAbi::x86_64, "socket") == "conditional");
}

TEST_CASE("effective table: threads under different filters have what the weakest has") {
  const SeccompProgram one{load(low(0)), equal(1, 0, 1), give(fails(1)), give(allow)};
  const SeccompProgram other{load(low(0)), equal(1, 1, 0), give(fails(1)), give(allow)};
  SeccompBudget budget;
  const std::vector<SeccompStack> both{{{&one}}, {{&other}}};
  CHECK(answer(effective_table(both, machine, budget), SyscallAbi::x86_64, "socket") == "allow");
  const std::vector<SeccompStack> with_free{{{&one}}, {}};
  CHECK(answer(effective_table(with_free, machine, budget), SyscallAbi::x86_64, "socket") == "allow");
}

TEST_CASE("effective table: numbers without a call are parted where the filter parts them") {
  // As container runtimes do: all above the newest call that they know is ENOSYS, what lies between has the
  // default.
  const SeccompProgram program{load(number),   greater(500, 3, 0), equal(read_nr, 1, 0),
                               give(fails(1)), give(allow),        give(fails(38))};
  const EffectiveTable table = of({&program});
  const AbiTable& native = table.abis.front();
  CHECK(action_name(*native.default_action) == "errno:1");
  bool parted = false;
  for (const NumberDecision& it : native.others)
    parted = parted || it.range.last == 500;
  CHECK(parted);
  CHECK(native.others.back().range.last == ~0U);
}

TEST_CASE("effective table: what the kernel lets through unasked is not refused, if it is known why") {
  const SeccompProgram program{give(fails(1))};
  SeccompBudget budget;
  const auto uretprobe = bitmap({335}), wrong = bitmap({read_nr}), rounded = [&] {
    auto bits = bitmap({});
    bits[58] = 0xc0; // 470 and above, as a kernel of 470 calls leaves them
    for (std::size_t i = 59; i < bits.size(); ++i)
      bits[i] = 0xff;
    return bits;
  }();
  const auto table = [&](const std::vector<std::uint8_t>& native) {
    return effective_table(std::vector<SeccompStack>{{{&program}, &native, nullptr}}, machine, budget);
  };
  CHECK(answer(table(uretprobe), SyscallAbi::x86_64, "uretprobe") == "allow");
  CHECK(table(uretprobe).exempt.size() == 1);
  CHECK(table(uretprobe).disputed.empty());
  CHECK(table(wrong).disputed.size() == 1);
  CHECK(answer(table(wrong), SyscallAbi::x86_64, "read") == "errno:1");
  CHECK(table(rounded).disputed.empty());
  CHECK(table(rounded).exempt.empty());
}

TEST_CASE("effective table: strict mode leaves four calls, and two that the kernel makes for itself") {
  const SeccompProgram strict = strict_mode_program(machine);
  const EffectiveTable table = of({&strict});
  CHECK(answer(table, SyscallAbi::x86_64, "read") == "allow");
  CHECK(answer(table, SyscallAbi::x86_64, "rt_sigreturn") == "allow");
  CHECK(answer(table, SyscallAbi::x86_64, "exit_group") == "kill_thread");
  CHECK(answer(table, SyscallAbi::x86_64, "uretprobe") == "allow");
  CHECK(answer(table, SyscallAbi::x86_64, "uprobe") == "allow");
  CHECK(answer(table, SyscallAbi::i386, "sigreturn") == "allow");
  CHECK(answer(table, SyscallAbi::i386, "rt_sigreturn") == "kill_thread");
  CHECK(answer(table, SyscallAbi::x32, "read") == "kill_thread");
}

TEST_CASE("effective table: a program made to annoy costs its bound and no more, and is not complete") {
  // Each test of another bit doubles the ways, and the end depends on all of them.
  SeccompProgram program;
  for (unsigned bit = 0; bit < 30; ++bit) {
    program.push_back(load(low(0)));
    program.push_back(any_bit(1U << bit, 0, 2));
    program.push_back({0x60, 0, 0, 0}); // A = M[0]
    program.push_back(add(1U << bit));
    program.push_back({0x02, 0, 0, 0}); // M[0] = A
  }
  program.insert(program.begin(), {{0x00, 0, 0, 0}, {0x02, 0, 0, 0}}); // A = 0; M[0] = A
  program.push_back({0x16, 0, 0, 0});                                  // give A
  const EffectiveTable table = of({&program});
  CHECK_FALSE(table.complete);
  CHECK(answer(table, SyscallAbi::x86_64, "write") == "not evaluated");
  static_cast<void>(write_nr);
}
