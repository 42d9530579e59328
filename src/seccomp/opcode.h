// Which instructions may a seccomp filter be made of? Classic BPF: include/uapi/linux/bpf_common.h, and of
// that what seccomp_check_filter() of kernel/seccomp.c lets in.
#pragma once

#include <cstdint>

namespace sbx::bpf {

// An opcode is a class, in the three lowest bits, with what follows: an operation and an operand.
using Opcode = std::uint16_t;
constexpr Opcode ld = 0, ldx = 1, st = 2, stx = 3, alu = 4, jmp = 5, ret = 6, misc = 7;
// What a load takes: a constant, a word of struct seccomp_data, one of scratch memory, the size of the data.
constexpr Opcode imm = 0x00, abs = 0x20, mem = 0x60, len = 0x80;
constexpr Opcode add = 0x00, sub = 0x10, mul = 0x20, div = 0x30, bit_or = 0x40, bit_and = 0x50, lsh = 0x60,
                 rsh = 0x70, neg = 0x80, bit_xor = 0xa0;
constexpr Opcode ja = 0x00, jeq = 0x10, jgt = 0x20, jge = 0x30, jset = 0x40;
constexpr Opcode of_k = 0x00, of_x = 0x08, of_a = 0x10; // of_a: of a return
constexpr Opcode tax = 0x00, txa = 0x80;

constexpr Opcode class_of(Opcode code) { return code & 0x07; }
constexpr Opcode operation_of(Opcode code) { return code & 0xf0; }

constexpr unsigned most_instructions = 4096; // BPF_MAXINSNS
constexpr unsigned memory_words = 16;        // BPF_MEMWORDS
constexpr unsigned data_size = 64;           // of struct seccomp_data

// bpf_check_classic() knows more, among them the remainder; no filter may use them.
constexpr bool is_admitted(Opcode code) {
  switch (code) {
  case ld | imm:
  case ld | abs:
  case ld | mem:
  case ld | len:
  case ldx | imm:
  case ldx | mem:
  case ldx | len:
  case st:
  case stx:
  case alu | add | of_k:
  case alu | add | of_x:
  case alu | sub | of_k:
  case alu | sub | of_x:
  case alu | mul | of_k:
  case alu | mul | of_x:
  case alu | div | of_k:
  case alu | div | of_x:
  case alu | bit_or | of_k:
  case alu | bit_or | of_x:
  case alu | bit_and | of_k:
  case alu | bit_and | of_x:
  case alu | lsh | of_k:
  case alu | lsh | of_x:
  case alu | rsh | of_k:
  case alu | rsh | of_x:
  case alu | bit_xor | of_k:
  case alu | bit_xor | of_x:
  case alu | neg:
  case jmp | ja:
  case jmp | jeq | of_k:
  case jmp | jeq | of_x:
  case jmp | jgt | of_k:
  case jmp | jgt | of_x:
  case jmp | jge | of_k:
  case jmp | jge | of_x:
  case jmp | jset | of_k:
  case jmp | jset | of_x:
  case ret | of_k:
  case ret | of_a:
  case misc | tax:
  case misc | txa:
    return true;
  default:
    return false;
  }
}

// A jump that asks something, and goes on at one of two places.
constexpr bool is_branch(Opcode code) {
  return class_of(code) == jmp && operation_of(code) != ja && is_admitted(code);
}

} // namespace sbx::bpf
