#include "seccomp/disassembly.h"

#include "core/errno_name.h"
#include "seccomp/opcode.h"
#include "seccomp/register_words.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

namespace sbx {

namespace {

// include/uapi/linux/audit.h, without the AUDIT_ARCH_ of each.
constexpr std::pair<std::uint32_t, std::string_view> archs[] = {
    {0xc000003e, "X86_64"},      {0x40000003, "I386"},      {0xc00000b7, "AARCH64"},
    {0x40000028, "ARM"},         {0x00000028, "ARMEB"},     {0xc00000f3, "RISCV64"},
    {0x400000f3, "RISCV32"},     {0xc0000015, "PPC64LE"},   {0x80000015, "PPC64"},
    {0x00000014, "PPC"},         {0x80000016, "S390X"},     {0x00000016, "S390"},
    {0x00000008, "MIPS"},        {0x40000008, "MIPSEL"},    {0x80000008, "MIPS64"},
    {0xc0000008, "MIPSEL64"},    {0xa0000008, "MIPS64N32"}, {0xe0000008, "MIPSEL64N32"},
    {0xc0000102, "LOONGARCH64"},
};

constexpr std::uint32_t x32_bit = 0x40000000; // __X32_SYSCALL_BIT, arch/x86/include/uapi/asm/unistd.h

std::string word_name(DataWord word) {
  switch (word) {
  case DataWord::number:
    return "nr";
  case DataWord::arch:
    return "arch";
  case DataWord::ip_low:
    return "ip.low";
  case DataWord::ip_high:
    return "ip.high";
  case DataWord::first_argument:
    break;
  }
  return fmt::format("args[{}].{}", argument_of(word), is_high_half(word) ? "high" : "low");
}

std::string constant(std::uint32_t value) {
  return value < 10 ? fmt::format("#{}", value) : fmt::format("#{:#x}", value);
}

// What a register that holds `word` is compared with.
std::string compared(std::uint32_t value, const RegisterWords::Word& word) {
  if (word == DataWord::number && value < x32_bit)
    return fmt::format("#{}", value);
  const auto arch =
      std::find_if(std::begin(archs), std::end(archs), [&](const auto& it) { return it.first == value; });
  return word == DataWord::arch && arch != std::end(archs) ? fmt::format("AUDIT_ARCH_{}", arch->second)
                                                           : constant(value);
}

std::string_view arithmetic(bpf::Opcode operation) {
  switch (operation) {
  case bpf::add:
    return "add";
  case bpf::sub:
    return "sub";
  case bpf::mul:
    return "mul";
  case bpf::div:
    return "div";
  case bpf::bit_or:
    return "or";
  case bpf::bit_and:
    return "and";
  case bpf::lsh:
    return "lsh";
  case bpf::rsh:
    return "rsh";
  default:
    return "xor";
  }
}

std::string_view comparison(bpf::Opcode operation) {
  switch (operation) {
  case bpf::jeq:
    return "jeq";
  case bpf::jgt:
    return "jgt";
  case bpf::jge:
    return "jge";
  default:
    return "jset";
  }
}

std::string load_text(const SeccompInstruction& it) {
  const std::string_view name = bpf::class_of(it.code) == bpf::ld ? "ld" : "ldx";
  switch (it.code & 0xe0) {
  case bpf::imm:
    return fmt::format("{} {}", name, constant(it.k));
  case bpf::mem:
    return fmt::format("{} M[{}]", name, it.k);
  case bpf::len:
    return fmt::format("{} len", name);
  default:
    return it.k % 4 == 0 && it.k / 4 < data_words
               ? fmt::format("{} [{}]", name, word_name(static_cast<DataWord>(it.k / 4)))
               : fmt::format("{} [{}]", name, it.k);
  }
}

std::string return_text(const SeccompInstruction& it) {
  if (it.code == (bpf::ret | bpf::of_a))
    return "return a";
  const SeccompAction action = action_of(it.k);
  if (action.unknown != 0)
    return "return " + constant(it.k);
  if (action.kind == ActionKind::fails)
    return "return errno " + (action.data == 0 ? "0" : errno_name(action.data));
  std::string name = action_name(action);
  std::replace(name.begin(), name.end(), ':', ' ');
  return "return " + name;
}

std::string place(std::size_t at, std::size_t jump) { return jump == 0 ? "next" : label_of(at + 1 + jump); }

std::string text_of(std::size_t at, const SeccompInstruction& it, const std::optional<RegisterWords>& state) {
  if (!bpf::is_admitted(it.code))
    return fmt::format("no instruction of a filter ({:#06x})", it.code);
  const bool of_x = (it.code & bpf::of_x) != 0;
  switch (bpf::class_of(it.code)) {
  case bpf::ld:
  case bpf::ldx:
    return load_text(it);
  case bpf::st:
  case bpf::stx:
    return fmt::format("{} M[{}]", bpf::class_of(it.code) == bpf::st ? "st" : "stx", it.k);
  case bpf::alu:
    return it.code == (bpf::alu | bpf::neg)
               ? "neg"
               : fmt::format("{} {}", arithmetic(bpf::operation_of(it.code)), of_x ? "x" : constant(it.k));
  case bpf::jmp:
    if (it.code == (bpf::jmp | bpf::ja))
      return "ja " + place(at, it.k);
    return fmt::format("{} {}, {}, {}", comparison(bpf::operation_of(it.code)),
                       of_x ? "x" : compared(it.k, state ? state->a : std::nullopt), place(at, it.jt),
                       place(at, it.jf));
  case bpf::ret:
    return return_text(it);
  default:
    return it.code == (bpf::misc | bpf::tax) ? "tax" : "txa";
  }
}

// The call that a number means, with as much of its ABI as is needed.
std::string call_name(std::uint32_t number, const RegisterWords& state, const std::vector<SyscallAbi>& abis) {
  for (std::size_t i = 0; i < abis.size(); ++i) {
    const std::string_view name = state.may_be(i) ? syscall_name(abis[i], number) : std::string_view();
    if (name.empty())
      continue;
    // ABIs that share an architecture have numbers of their own.
    bool sure = true;
    for (std::size_t other = 0; other <= abis.size(); ++other)
      sure = sure && (!state.may_be(other) ||
                      (other < abis.size() && audit_arch(abis[other]) == audit_arch(abis[i])));
    return sure ? std::string(name) + (i == 0 ? "" : fmt::format(" of {}", abi_name(abis[i])))
                : fmt::format("{} if {}", name, abi_name(abis[i]));
  }
  return "";
}

std::string comment_of(const SeccompProgram& program, std::size_t at,
                       const std::optional<RegisterWords>& state, const std::vector<SyscallAbi>& abis) {
  const SeccompInstruction& it = program[at];
  if (!state)
    return "nothing leads here";
  if (it.code == (bpf::ld | bpf::len) || it.code == (bpf::ldx | bpf::len))
    return fmt::format("{}", bpf::data_size);
  if (it.code == (bpf::ret | bpf::of_k) && action_of(it.k).unknown != 0)
    return "unknown to the kernel: " + action_words(action_of(it.k));
  if (!bpf::is_branch(it.code) || !state->a)
    return "";
  const bool of_k = (it.code & bpf::of_x) == 0, number = state->a == DataWord::number;
  const bpf::Opcode operation = bpf::operation_of(it.code);
  if (number && of_k && it.k == x32_bit && (operation == bpf::jset || operation == bpf::jge))
    return "the bit of x32";
  const std::string name = number && of_k && operation != bpf::jset ? call_name(it.k, *state, abis) : "";
  const bool just_loaded = at > 0 && program[at - 1].code == (bpf::ld | bpf::abs);
  return number || just_loaded ? name : word_name(*state->a);
}

} // namespace

std::string label_of(std::size_t index) { return fmt::format("L{}", index); }

std::vector<DisassemblyLine> disassembly(const SeccompProgram& program, const std::vector<SyscallAbi>& abis) {
  const auto states = register_words(program, abis);
  std::vector<DisassemblyLine> lines(program.size());
  for (std::size_t at = 0; at < program.size(); ++at) {
    const SeccompInstruction& it = program[at];
    DisassemblyLine& line = lines[at];
    line.index = at;
    line.instruction = it;
    line.raw = fmt::format("{:#06x} {:3} {:3} {:#010x}", it.code, it.jt, it.jf, it.k);
    line.text = text_of(at, it, states[at]);
    line.comment = comment_of(program, at, states[at], abis);
    const auto mark = [&](std::size_t jump) {
      if (jump != 0 && jump < program.size() - at - 1)
        lines[at + 1 + jump].target = true;
    };
    if (bpf::is_branch(it.code)) {
      mark(it.jt);
      mark(it.jf);
    } else if (it.code == (bpf::jmp | bpf::ja)) {
      mark(it.k);
    }
  }
  return lines;
}

} // namespace sbx
