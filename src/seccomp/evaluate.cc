#include "seccomp/evaluate.h"

#include "seccomp/opcode.h"
#include "seccomp/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sbx {

namespace {

constexpr std::uint32_t whole = ~std::uint32_t{0};
constexpr unsigned deepest = 1024; // tests on one path, over all filters

// What a register may hold: one number, some bits of one word, or something that is not followed.
struct Value {
  enum class Kind : std::uint8_t { constant, masked, computed } kind = Kind::constant;
  DataWord word = DataWord::number;
  std::uint32_t number = 0; // constant: the value. masked: the bits. computed: the instruction that made it
};

Value constant(std::uint32_t number) { return {Value::Kind::constant, DataWord::number, number}; }
bool is_constant(const Value& value) { return value.kind == Value::Kind::constant; }

std::uint32_t calculated(std::uint16_t operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
  case bpf::add:
    return a + b;
  case bpf::sub:
    return a - b;
  case bpf::mul:
    return a * b;
  case bpf::div:
    return b == 0 ? 0 : a / b; // 0 is dealt with before: see division()
  case bpf::bit_or:
    return a | b;
  case bpf::bit_and:
    return a & b;
  case bpf::lsh:
    return a << (b & 31); // as eBPF does, into which the kernel translates it
  case bpf::rsh:
    return a >> (b & 31);
  case bpf::bit_xor:
    return a ^ b;
  default: // NEG
    return 0 - a;
  }
}

bool compared(std::uint16_t operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
  case bpf::jeq:
    return a == b;
  case bpf::jgt:
    return a > b;
  case bpf::jge:
    return a >= b;
  default: // JSET
    return (a & b) != 0;
  }
}

class Meter {
public:
  explicit Meter(SeccompBudget& budget)
      : budget_(budget), left_(std::min(budget.steps, budget.steps_for_one)) {}
  ~Meter() { budget_.steps -= std::min(budget_.steps, spent_); }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;
  bool spend(std::size_t steps) { // false: no more
    spent_ += steps;
    return spent_ <= left_;
  }

private:
  SeccompBudget& budget_;
  std::size_t left_, spent_ = 0;
};

struct Machine {
  std::size_t at = 0;
  Value a, x;
  std::array<Value, bpf::memory_words> memory;
  SeccompWords facts; // what was tested on the way here
};

// One program, by itself.
class Evaluation {
public:
  Evaluation(const SeccompProgram& program, const SeccompCall& call, Decisions& decisions, Meter& meter)
      : program_(program), call_(call), number_(call.number.single()), decisions_(decisions), meter_(meter) {}

  std::optional<DecisionId> run() {
    Machine machine;
    machine.facts.set(DataWord::number, call_.number);
    return run(std::move(machine), 0);
  }

private:
  Value load(std::uint32_t offset) const {
    const auto word = static_cast<DataWord>(offset / 4 % data_words);
    if (word == DataWord::number && number_)
      return constant(*number_);
    if (word == DataWord::arch)
      return constant(call_.arch);
    return {Value::Kind::masked, word, whole};
  }

  Value calculate(std::uint16_t operation, const Value& a, const Value& b, std::size_t at) const {
    if (is_constant(a) && (is_constant(b) || operation == bpf::neg))
      return constant(calculated(operation, a.number, b.number));
    if (operation == bpf::bit_and && (is_constant(a) || is_constant(b))) {
      const Value& word = is_constant(a) ? b : a;
      const std::uint32_t mask = is_constant(a) ? a.number : b.number;
      if (mask == 0)
        return constant(0);
      if (word.kind == Value::Kind::masked)
        return (word.number & mask) == 0 ? constant(0)
                                         : Value{Value::Kind::masked, word.word, word.number & mask};
    }
    if ((operation == bpf::bit_or || operation == bpf::bit_xor || operation == bpf::add ||
         operation == bpf::sub || operation == bpf::lsh || operation == bpf::rsh) &&
        is_constant(b) && b.number == 0)
      return a;
    return {Value::Kind::computed, DataWord::number, static_cast<std::uint32_t>(at)};
  }

  static SeccompTest test_of(std::uint16_t operation, const Value& a, const Value& b, std::size_t at) {
    if (a.kind == Value::Kind::masked && is_constant(b)) {
      const auto op = operation == bpf::jeq   ? SeccompTest::Op::equal
                      : operation == bpf::jgt ? SeccompTest::Op::greater
                      : operation == bpf::jge ? SeccompTest::Op::at_least
                                              : SeccompTest::Op::any_bit;
      return op == SeccompTest::Op::any_bit
                 ? SeccompTest{a.word, op, a.number & b.number, a.number & b.number}
                 : SeccompTest{a.word, op, a.number, b.number};
    }
    return {DataWord::number, SeccompTest::Op::computed, whole, static_cast<std::uint32_t>(at)};
  }

  std::optional<DecisionId> run(Machine machine, unsigned depth) {
    if (depth > deepest)
      return std::nullopt;
    while (machine.at < program_.size() && meter_.spend(1)) {
      const std::size_t at = machine.at++;
      const SeccompInstruction& it = program_[at];
      switch (bpf::class_of(it.code)) {
      case bpf::ld:
        machine.a = loaded(it, machine);
        break;
      case bpf::ldx:
        machine.x = loaded(it, machine);
        break;
      case bpf::st:
        machine.memory[it.k % machine.memory.size()] = machine.a;
        break;
      case bpf::stx:
        machine.memory[it.k % machine.memory.size()] = machine.x;
        break;
      case bpf::alu: {
        const Value operand = (it.code & bpf::of_x) != 0 ? machine.x : constant(it.k);
        const auto operation = bpf::operation_of(it.code);
        if (operation == bpf::div && (it.code & bpf::of_x) != 0) {
          // Divided by nothing, the program ends there and then, with 0: kill the thread.
          if (is_constant(operand) && operand.number == 0)
            return decisions_.always(action_of(0));
          if (!is_constant(operand))
            return division(std::move(machine), operand, at, depth);
        }
        machine.a = calculate(operation, machine.a, operand, at);
        break;
      }
      case bpf::misc:
        (it.code == (bpf::misc | bpf::txa) ? machine.a : machine.x) =
            it.code == (bpf::misc | bpf::txa) ? machine.x : machine.a;
        break;
      case bpf::ret:
        return it.code == (bpf::ret | bpf::of_a) ? returned(machine.a) : decisions_.always(action_of(it.k));
      case bpf::jmp:
        if (bpf::operation_of(it.code) == bpf::ja) {
          machine.at += it.k;
          break;
        }
        {
          const Value operand = (it.code & bpf::of_x) != 0 ? machine.x : constant(it.k);
          const auto operation = bpf::operation_of(it.code);
          if (is_constant(machine.a) && is_constant(operand)) {
            const bool taken = compared(operation, machine.a.number, operand.number);
            machine.at += taken ? it.jt : it.jf;
            break;
          }
          if (it.jt == it.jf) {
            machine.at += it.jt;
            break;
          }
          const SeccompTest test = test_of(operation, machine.a, operand, at);
          auto ways = split(machine, test);
          if (!ways)
            return std::nullopt;
          if (!ways->holds || !ways->fails) {
            machine.at += ways->holds ? it.jt : it.jf;
            break;
          }
          return branch(machine, test, std::move(*ways), it, depth);
        }
      }
    }
    return std::nullopt;
  }

  Value loaded(const SeccompInstruction& it, const Machine& machine) const {
    switch (bpf::operation_of(it.code)) {
    case bpf::abs:
      return load(it.k);
    case bpf::mem:
      return machine.memory[it.k % machine.memory.size()];
    case bpf::len:
      return constant(bpf::data_size);
    default:
      return constant(it.k);
    }
  }

  // A return value that is not known could be any action.
  std::optional<DecisionId> returned(const Value& value) {
    if (is_constant(value))
      return decisions_.always(action_of(value.number));
    return std::nullopt;
  }

  std::optional<DecisionId> division(Machine machine, const Value& divisor, std::size_t at, unsigned depth) {
    Machine rest = std::move(machine);
    rest.a = {Value::Kind::computed, DataWord::number, static_cast<std::uint32_t>(at)};
    const auto others = run(std::move(rest), depth + 1);
    if (!others)
      return std::nullopt;
    return decisions_.when(test_of(bpf::jeq, divisor, constant(0), at), decisions_.always(action_of(0)),
                           *others);
  }

  struct Ways {
    std::optional<WordSet> holds, fails; // nothing: it cannot be
  };
  std::optional<Ways> split(const Machine& machine, const SeccompTest& test) {
    if (test.op == SeccompTest::Op::computed)
      return Ways{WordSet(), WordSet()};
    const WordSet& now = machine.facts.of(test.word);
    if (!meter_.spend(4 + now.excluded().size()))
      return std::nullopt;
    Ways ways{now.narrowed(test, true), now.narrowed(test, false)};
    for (auto* way : {&ways.holds, &ways.fails})
      if ((*way)->empty())
        way->reset();
    return ways;
  }

  std::optional<DecisionId> branch(const Machine& machine, const SeccompTest& test, Ways ways,
                                   const SeccompInstruction& it, unsigned depth) {
    const auto follow = [&](WordSet&& values, std::uint8_t jump) {
      Machine next = machine;
      next.at += jump;
      if (test.op != SeccompTest::Op::computed)
        next.facts.set(test.word, std::move(values));
      return run(std::move(next), depth + 1);
    };
    const auto yes = follow(std::move(*ways.holds), it.jt);
    const auto no = yes ? follow(std::move(*ways.fails), it.jf) : std::nullopt;
    return no ? std::optional(decisions_.when(test, *yes, *no)) : std::nullopt;
  }

  const SeccompProgram& program_;
  const SeccompCall& call_;
  std::optional<std::uint32_t> number_;
  Decisions& decisions_;
  Meter& meter_;
};

// Two filters on one call: the tree of the newer one, and at each of its ends what is left of the older
// one's.
class Stacking {
public:
  Stacking(Decisions& decisions, Meter& meter) : decisions_(decisions), meter_(meter) {}

  // `chosen` of the two actions is what counts.
  template <class Chosen>
  std::optional<DecisionId> stack(DecisionId newer, DecisionId older, const SeccompWords& facts,
                                  const Chosen& chosen) {
    return walk(newer, facts, 0, [&](SeccompAction action, const SeccompWords& here, unsigned depth) {
      return walk(older, here, depth, [&](SeccompAction other, const SeccompWords&, unsigned) {
        return std::optional(decisions_.always(chosen(action, other)));
      });
    });
  }

private:
  template <class AtEnd>
  std::optional<DecisionId> walk(DecisionId id, const SeccompWords& facts, unsigned depth,
                                 const AtEnd& at_end) {
    const Decision node = decisions_.at(id); // a copy: the nodes move when there are more of them
    if (depth > deepest || !meter_.spend(4))
      return std::nullopt;
    if (node.leaf)
      return at_end(node.action, facts, depth);
    std::array<std::optional<DecisionId>, 2> ends;
    for (const bool holds : {true, false}) {
      SeccompWords next = facts;
      if (node.test.op != SeccompTest::Op::computed) {
        const WordSet& now = facts.of(node.test.word);
        if (!meter_.spend(now.excluded().size()))
          return std::nullopt;
        WordSet values = now.narrowed(node.test, holds);
        if (values.empty())
          continue;
        next.set(node.test.word, std::move(values));
      }
      ends[holds ? 0 : 1] = walk(holds ? node.yes : node.no, next, depth + 1, at_end);
      if (!ends[holds ? 0 : 1])
        return std::nullopt;
    }
    if (!ends[0] || !ends[1])
      return ends[0] ? ends[0] : ends[1];
    return decisions_.when(node.test, *ends[0], *ends[1]);
  }

  Decisions& decisions_;
  Meter& meter_;
};

} // namespace

std::optional<DecisionId> evaluate(const SeccompChain& chain, const SeccompCall& call, Decisions& decisions,
                                   SeccompBudget& budget) {
  Meter meter(budget);
  SeccompWords facts;
  facts.set(DataWord::number, call.number);
  if (chain.empty())
    return decisions.always({});
  std::optional<DecisionId> result;
  for (const SeccompProgram* program : chain) {
    const auto one = Evaluation(*program, call, decisions, meter).run();
    if (!one)
      return std::nullopt;
    result = result ? Stacking(decisions, meter).stack(*result, *one, facts, stricter) : one;
    if (!result)
      return std::nullopt;
  }
  return result;
}

std::optional<DecisionId> evaluate_weaker(DecisionId one, DecisionId other, Decisions& decisions,
                                          SeccompBudget& budget) {
  if (one == other)
    return one;
  Meter meter(budget);
  return Stacking(decisions, meter).stack(one, other, SeccompWords(), [](SeccompAction a, SeccompAction b) {
    return stricter(a, b) == a ? b : a;
  });
}

} // namespace sbx
