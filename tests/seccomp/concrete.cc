#include "seccomp/concrete.h"

#include <cstdlib>
#include <cstring>
#include <linux/filter.h>

namespace sbx {

namespace {

std::uint32_t word_at(const seccomp_data& call, std::uint32_t offset) {
  std::uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const char*>(&call) + offset, sizeof word);
  return word;
}

} // namespace

std::uint32_t run_concretely(const SeccompProgram& program, const seccomp_data& call) {
  std::uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {}; // bpf_convert_filter() clears A and X
  for (std::size_t at = 0; at < program.size(); ++at) {
    const auto [code, jt, jf, k] = program[at];
    const std::uint32_t operand = BPF_SRC(code) == BPF_X ? x : k;
    switch (code) {
    case BPF_LD | BPF_W | BPF_ABS:
      a = word_at(call, k);
      break;
    case BPF_LD | BPF_W | BPF_LEN:
      a = sizeof call;
      break;
    case BPF_LD | BPF_IMM:
      a = k;
      break;
    case BPF_LD | BPF_MEM:
      a = memory[k];
      break;
    case BPF_LDX | BPF_W | BPF_LEN:
      x = sizeof call;
      break;
    case BPF_LDX | BPF_IMM:
      x = k;
      break;
    case BPF_LDX | BPF_MEM:
      x = memory[k];
      break;
    case BPF_ST:
      memory[k] = a;
      break;
    case BPF_STX:
      memory[k] = x;
      break;
    case BPF_MISC | BPF_TAX:
      x = a;
      break;
    case BPF_MISC | BPF_TXA:
      a = x;
      break;
    case BPF_RET | BPF_K:
      return k;
    case BPF_RET | BPF_A:
      return a;
    case BPF_ALU | BPF_ADD | BPF_K:
    case BPF_ALU | BPF_ADD | BPF_X:
      a += operand;
      break;
    case BPF_ALU | BPF_SUB | BPF_K:
    case BPF_ALU | BPF_SUB | BPF_X:
      a -= operand;
      break;
    case BPF_ALU | BPF_MUL | BPF_K:
    case BPF_ALU | BPF_MUL | BPF_X:
      a *= operand;
      break;
    case BPF_ALU | BPF_DIV | BPF_K:
    case BPF_ALU | BPF_DIV | BPF_X:
      if (operand == 0) // the translation ends the program there: net/core/filter.c, "zero division"
        return 0;
      a /= operand;
      break;
    case BPF_ALU | BPF_AND | BPF_K:
    case BPF_ALU | BPF_AND | BPF_X:
      a &= operand;
      break;
    case BPF_ALU | BPF_OR | BPF_K:
    case BPF_ALU | BPF_OR | BPF_X:
      a |= operand;
      break;
    case BPF_ALU | BPF_XOR | BPF_K:
    case BPF_ALU | BPF_XOR | BPF_X:
      a ^= operand;
      break;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_LSH | BPF_X:
      a <<= operand % 32; // as eBPF shifts 32 bits
      break;
    case BPF_ALU | BPF_RSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_X:
      a >>= operand % 32;
      break;
    case BPF_ALU | BPF_NEG:
      a = 0 - a;
      break;
    case BPF_JMP | BPF_JA:
      at += k;
      break;
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JEQ | BPF_X:
      at += a == operand ? jt : jf;
      break;
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_X:
      at += a > operand ? jt : jf;
      break;
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_X:
      at += a >= operand ? jt : jf;
      break;
    case BPF_JMP | BPF_JSET | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_X:
      at += (a & operand) != 0 ? jt : jf;
      break;
    default:
      std::abort(); // no instruction of a filter
    }
  }
  std::abort(); // no return at the end
}

std::uint32_t run_concretely(const SeccompChain& chain, const seccomp_data& call) {
  const auto action = [](std::uint32_t returned) {
    return static_cast<std::int32_t>(returned & SECCOMP_RET_ACTION_FULL);
  };
  std::uint32_t strictest = SECCOMP_RET_ALLOW;
  for (const SeccompProgram* program : chain)
    if (const std::uint32_t returned = run_concretely(*program, call); action(returned) < action(strictest))
      strictest = returned;
  return strictest;
}

} // namespace sbx
