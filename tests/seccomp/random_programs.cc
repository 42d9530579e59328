#include "seccomp/random_programs.h"

#include "seccomp/program_check.h"

#include <algorithm>
#include <linux/filter.h>
#include <linux/seccomp.h>

namespace sbx {

namespace {

SeccompInstruction step(unsigned code, std::uint32_t k = 0, std::uint8_t jt = 0, std::uint8_t jf = 0) {
  return {static_cast<std::uint16_t>(code), jt, jf, k};
}

} // namespace

std::uint32_t RandomPrograms::value() {
  if (below_ != 0)
    return number(below_);
  const std::uint32_t known = values_.empty() ? word() : values_[number(std::uint32_t(values_.size()))];
  switch (number(8)) {
  case 0:
    return known + 1;
  case 1:
    return known - 1;
  case 2:
    return known & word();
  case 3:
    return std::uint32_t{1} << number(32);
  case 4:
    return number(3);
  case 5:
    return one_in(4) ? word() : known;
  default:
    return known;
  }
}

SeccompInstruction RandomPrograms::arithmetic() {
  constexpr unsigned operations[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND, BPF_AND,
                                     BPF_OR,  BPF_LSH, BPF_RSH, BPF_XOR, BPF_NEG};
  const unsigned operation = operations[number(std::size(operations))];
  if (operation == BPF_NEG)
    return step(BPF_ALU | BPF_NEG, value());
  if (one_in(3))
    return step(BPF_ALU | operation | BPF_X, value());
  const bool shift = operation == BPF_LSH || operation == BPF_RSH;
  const std::uint32_t k = shift ? number(32) : value();
  return step(BPF_ALU | operation | BPF_K, operation == BPF_DIV ? std::max(k, 1U) : k);
}

// `left` instructions follow.
SeccompInstruction RandomPrograms::jump(std::size_t left) {
  const auto within = [&] {
    const std::uint32_t most = std::uint32_t(std::min<std::size_t>(left, 256));
    return number(one_in(3) ? most : std::min(most, 4U));
  };
  if (one_in(12))
    return step(BPF_JMP | BPF_JA, within());
  constexpr unsigned operations[] = {BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
  return step(BPF_JMP | operations[number(std::size(operations))] | (one_in(6) ? BPF_X : BPF_K), value(),
              static_cast<std::uint8_t>(within()), static_cast<std::uint8_t>(within()));
}

SeccompInstruction RandomPrograms::instruction(std::size_t left) {
  switch (number(16)) {
  case 0:
    return one_in(2) ? step(BPF_LD | BPF_IMM, value()) : step(BPF_LDX | BPF_IMM, value());
  case 1:
    return one_in(4) ? step((one_in(2) ? BPF_LD : BPF_LDX) | BPF_W | BPF_LEN)
                     : step((one_in(2) ? BPF_LD : BPF_LDX) | BPF_MEM, number(4));
  case 2:
    return step(one_in(2) ? BPF_ST : BPF_STX, number(one_in(4) ? 16 : 4));
  case 3:
    return step(BPF_MISC | (one_in(2) ? BPF_TAX : BPF_TXA));
  case 4:
  case 5:
  case 6:
    return arithmetic();
  case 7:
  case 8:
  case 9:
  case 10:
    return step(BPF_LD | BPF_W | BPF_ABS, one_in(2) ? 4 * number(16) : 4 * number(6));
  default:
    return jump(left);
  }
}

// What people and compilers write in one go, and what is otherwise rare: masks, and what is known beforehand.
void RandomPrograms::idiom(Program& program, std::size_t left) {
  switch (number(4)) {
  case 0:
    program.push_back(step(BPF_LD | BPF_W | BPF_ABS, 4 * number(8)));
    program.push_back(step(BPF_ALU | BPF_AND | BPF_K, value()));
    break;
  case 1:
    program.push_back(step(BPF_LDX | BPF_IMM, one_in(2) ? number(70) : value()));
    program.push_back(step(BPF_ALU | (one_in(2) ? BPF_LSH : BPF_RSH) | BPF_X));
    break;
  case 2:
    program.push_back(step(BPF_LD | BPF_IMM, value()));
    program.push_back(arithmetic());
    break;
  default:
    program.push_back(step(BPF_LD | BPF_W | BPF_ABS, 4 * number(8)));
    program.push_back(step(BPF_ALU | (one_in(2) ? BPF_MUL : BPF_AND) | BPF_K, number(2)));
    break;
  }
  program.push_back(jump(left));
}

// Ends it: with an action, or with what is in A, so that it is seen.
void RandomPrograms::give_back(Program& program) {
  constexpr std::uint32_t actions[] = {SECCOMP_RET_ERRNO, SECCOMP_RET_ERRNO, SECCOMP_RET_ERRNO,
                                       SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, SECCOMP_RET_TRAP,
                                       SECCOMP_RET_TRACE, SECCOMP_RET_LOG,   SECCOMP_RET_USER_NOTIF};
  if (one_in(3)) {
    if (!one_in(16)) {
      program.push_back(step(BPF_ALU | BPF_AND | BPF_K, 0xfff));
      program.push_back(step(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO));
    }
    program.push_back(step(BPF_RET | BPF_A));
    return;
  }
  const std::uint32_t action = one_in(50) ? word() : actions[number(std::size(actions))];
  program.push_back(step(BPF_RET | BPF_K, action | number(one_in(8) ? 0x10000 : 200)));
}

RandomPrograms::Program RandomPrograms::valid(std::size_t most) {
  Program program;
  const std::size_t size = number(std::uint32_t(most));
  if (one_in(2)) // then it may be read everywhere
    for (std::uint32_t i = 0; i < 4; ++i)
      program.push_back(step(one_in(2) ? BPF_ST : BPF_STX, i));
  while (program.size() < size)
    if (one_in(9))
      give_back(program);
    else if (one_in(8))
      idiom(program, size + 1);
    else
      program.push_back(instruction(size + 1));
  give_back(program);
  for (std::size_t at = 0; at < program.size(); ++at) {
    SeccompInstruction& it = program[at];
    if (BPF_CLASS(it.code) != BPF_JMP)
      continue;
    const auto behind = static_cast<std::uint32_t>(program.size() - at - 2);
    it.k = BPF_OP(it.code) == BPF_JA ? std::min(it.k, behind) : it.k;
    it.jt = static_cast<std::uint8_t>(std::min<std::uint32_t>(it.jt, behind));
    it.jf = static_cast<std::uint8_t>(std::min<std::uint32_t>(it.jf, behind));
  }
  if (check_program(program)) // memory may not have been written
    for (SeccompInstruction& it : program)
      if (it.code == unsigned{BPF_LD | BPF_MEM} || it.code == unsigned{BPF_LDX | BPF_MEM})
        it.code = BPF_CLASS(it.code) | BPF_IMM;
  return program;
}

RandomPrograms::Program RandomPrograms::ladder(std::size_t tests) {
  constexpr std::uint32_t ends = 5;
  const SeccompInstruction load = step(BPF_LD | BPF_W | BPF_ABS, 16); // the first argument, its lower half
  Program program{load};
  for (std::size_t i = 0; i < tests; ++i) {
    if (one_in(3)) {
      program.push_back(load);
      program.push_back(step(BPF_ALU | BPF_AND | BPF_K, value()));
    } else if (one_in(2)) {
      program.push_back(load);
    }
    constexpr unsigned operations[] = {BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
    program.push_back(step(BPF_JMP | operations[number(4)] | BPF_K, value()));
  }
  // One way goes on, the other leads to an end, or to a later test.
  for (std::size_t at = 0; at < program.size(); ++at)
    if (BPF_CLASS(program[at].code) == BPF_JMP) {
      const auto left = static_cast<std::uint32_t>(program.size() - at - 1);
      const std::uint32_t way = one_in(4) ? number(left + 1) : left + number(ends);
      (one_in(2) ? program[at].jt : program[at].jf) = static_cast<std::uint8_t>(way);
    }
  for (std::uint32_t end = 0; end < ends; ++end)
    program.push_back(step(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (end + 1)));
  return program;
}

RandomPrograms::Program RandomPrograms::any(std::size_t most) {
  constexpr std::uint32_t edges[] = {0, 1, 3, 4, 15, 16, 31, 32, 60, 61, 63, 64, 0xfffff000, 0xffffffff};
  Program program = valid(most);
  for (std::uint32_t change = number(4); change > 0; --change) {
    SeccompInstruction& it = program[number(std::uint32_t(program.size()))];
    switch (number(7)) {
    case 0:
      it.code = static_cast<std::uint16_t>(number(one_in(8) ? 0x10000 : 0x100));
      break;
    case 1:
      it.k = one_in(4) ? word() : edges[number(std::size(edges))];
      break;
    case 2:
      it.jt = static_cast<std::uint8_t>(number(one_in(2) ? 256 : 8));
      break;
    case 3:
      it.jf = static_cast<std::uint8_t>(number(one_in(2) ? 256 : 8));
      break;
    case 4:
      it = step(one_in(2) ? BPF_LD | BPF_MEM : BPF_ST, number(17));
      break;
    case 5:
      it = step(BPF_RET | BPF_K);
      break;
    default:
      if (program.size() > 1)
        program.pop_back();
      break;
    }
  }
  return program;
}

} // namespace sbx
