#include "seccomp/register_words.h"

#include "seccomp/opcode.h"

namespace sbx {

namespace {

using Word = RegisterWords::Word;

void merge(Word& into, const Word& other) {
  if (into != other)
    into.reset();
}

class Flow {
public:
  Flow(const SeccompProgram& program, const std::vector<SyscallAbi>& abis)
      : program_(program), abis_(abis), states_(program.size()) {}

  std::vector<std::optional<RegisterWords>> run() {
    RegisterWords start;
    start.archs = (std::uint32_t{2} << abis_.size()) - 1;
    arrive(0, start);
    // Jumps lead forward only, so all that leads to an instruction was seen before it.
    for (std::size_t at = 0; at < program_.size(); ++at)
      if (states_[at])
        step(at, program_[at], *states_[at]);
    return std::move(states_);
  }

private:
  void arrive(std::size_t at, const RegisterWords& with) {
    if (at >= states_.size())
      return;
    if (!states_[at]) {
      states_[at] = with;
      return;
    }
    RegisterWords& state = *states_[at];
    merge(state.a, with.a);
    merge(state.x, with.x);
    for (std::size_t i = 0; i < state.memory.size(); ++i)
      merge(state.memory[i], with.memory[i]);
    state.archs |= with.archs;
  }

  static Word loaded(const SeccompInstruction& it, const RegisterWords& state) {
    if ((it.code == (bpf::ld | bpf::mem) || it.code == (bpf::ldx | bpf::mem)) && it.k < state.memory.size())
      return state.memory[it.k];
    if (it.code == (bpf::ld | bpf::abs) && it.k % 4 == 0 && it.k / 4 < data_words)
      return static_cast<DataWord>(it.k / 4);
    return std::nullopt;
  }

  void step(std::size_t at, const SeccompInstruction& it, RegisterWords state) {
    switch (bpf::class_of(it.code)) {
    case bpf::ld:
      state.a = loaded(it, state);
      break;
    case bpf::ldx:
      state.x = loaded(it, state);
      break;
    case bpf::st:
    case bpf::stx:
      if (it.k < state.memory.size())
        state.memory[it.k] = bpf::class_of(it.code) == bpf::st ? state.a : state.x;
      break;
    case bpf::misc:
      (it.code == (bpf::misc | bpf::txa) ? state.a : state.x) =
          it.code == (bpf::misc | bpf::txa) ? state.x : state.a;
      break;
    case bpf::ret:
      return;
    case bpf::jmp:
      if (bpf::operation_of(it.code) == bpf::ja)
        return arrive(at + 1 + it.k, state);
      return branch(at, it, state);
    default:
      state.a.reset();
      break;
    }
    arrive(at + 1, state);
  }

  void branch(std::size_t at, const SeccompInstruction& it, const RegisterWords& state) {
    RegisterWords yes = state, no = state;
    const bool of_x = (it.code & bpf::of_x) != 0;
    if (state.a == DataWord::arch && !of_x) {
      for (std::size_t i = 0; i < abis_.size(); ++i)
        (holds(it, audit_arch(abis_[i])) ? no : yes).archs &= ~(std::uint32_t{1} << i);
      if (bpf::operation_of(it.code) == bpf::jeq && !is_other(it.k))
        yes.archs &= ~(std::uint32_t{1} << abis_.size());
    }
    if (yes.archs != 0) // else nothing goes there
      arrive(at + 1 + it.jt, yes);
    if (no.archs != 0)
      arrive(at + 1 + it.jf, no);
  }

  bool is_other(std::uint32_t arch) const {
    for (const SyscallAbi abi : abis_)
      if (audit_arch(abi) == arch)
        return false;
    return true;
  }

  static bool holds(const SeccompInstruction& it, std::uint32_t value) {
    switch (bpf::operation_of(it.code)) {
    case bpf::jeq:
      return value == it.k;
    case bpf::jgt:
      return value > it.k;
    case bpf::jge:
      return value >= it.k;
    default:
      return (value & it.k) != 0;
    }
  }

  const SeccompProgram& program_;
  const std::vector<SyscallAbi>& abis_;
  std::vector<std::optional<RegisterWords>> states_;
};

} // namespace

std::vector<std::optional<RegisterWords>> register_words(const SeccompProgram& program,
                                                         const std::vector<SyscallAbi>& abis) {
  return Flow(program, abis).run();
}

} // namespace sbx
