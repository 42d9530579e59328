#include "seccomp/program_check.h"

#include <catch2/catch.hpp>
#include <linux/filter.h>
#include <linux/seccomp.h>

using sbx::check_program;
using sbx::parse_raw_program;

namespace {

using Program = std::vector<sbx::SeccompInstruction>;
using Step = sbx::SeccompInstruction;

constexpr Step allow{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};

// `wrong` before a return: what is said of it, or "" where it is taken.
std::string said(Program program) {
  program.push_back(allow);
  return check_program(program).value_or("");
}

Step step(unsigned code, std::uint32_t k = 0, std::uint8_t jt = 0, std::uint8_t jf = 0) {
  return {static_cast<std::uint16_t>(code), jt, jf, k};
}

} // namespace

TEST_CASE("program_check: every instruction that a filter may use is taken") {
  CHECK(said({
            step(BPF_LD | BPF_W | BPF_ABS, 60),
            step(BPF_LD | BPF_W | BPF_LEN),
            step(BPF_LDX | BPF_W | BPF_LEN),
            step(BPF_LD | BPF_IMM, 7),
            step(BPF_LDX | BPF_IMM, 7),
            step(BPF_ST, 15),
            step(BPF_STX, 0),
            step(BPF_LD | BPF_MEM, 0),
            step(BPF_LDX | BPF_MEM, 15),
            step(BPF_MISC | BPF_TAX),
            step(BPF_MISC | BPF_TXA),
            step(BPF_ALU | BPF_NEG),
            step(BPF_ALU | BPF_LSH | BPF_K, 31),
            step(BPF_ALU | BPF_DIV | BPF_X),
            step(BPF_JMP | BPF_JA, 0),
            step(BPF_JMP | BPF_JSET | BPF_X, 0, 1, 0),
            step(BPF_RET | BPF_A),
        }) == "");
}

TEST_CASE("program_check: what no filter may use is said with its place") {
  CHECK(said({step(BPF_ALU | BPF_MOD | BPF_K, 3)}) ==
        "instruction 0 has the code 0x0094, which no filter may use");
  CHECK(said({allow, step(BPF_LD | BPF_H | BPF_ABS, 0)}) ==
        "instruction 1 has the code 0x0028, which no filter may use");
  CHECK(said({step(BPF_ALU | BPF_DIV | BPF_K, 0)}) == "instruction 0 divides by zero");
  CHECK(said({step(BPF_ALU | BPF_RSH | BPF_K, 32)}) == "instruction 0 shifts by 32 bits");
  CHECK(said({step(BPF_ST, 16)}) == "instruction 0 uses M[16]: there are 16");
  CHECK(said({step(BPF_LD | BPF_W | BPF_ABS, 64)}) ==
        "instruction 0 loads at 64, which is no word of struct seccomp_data");
  CHECK(said({step(BPF_LD | BPF_W | BPF_ABS, 6)}) ==
        "instruction 0 loads at 6, which is no word of struct seccomp_data");
}

TEST_CASE("program_check: jumps end at an instruction") {
  CHECK(said({step(BPF_JMP | BPF_JA, 0)}) == "");
  CHECK(said({step(BPF_JMP | BPF_JA, 1)}) == "instruction 0 jumps behind the end");
  CHECK(said({step(BPF_JMP | BPF_JA, 0xffffffff)}) == "instruction 0 jumps behind the end");
  CHECK(said({step(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0)}) == "instruction 0 jumps behind the end");
  CHECK(said({step(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1)}) == "instruction 0 jumps behind the end");
}

TEST_CASE("program_check: memory is written on every path before it is read") {
  const Step read = step(BPF_LD | BPF_MEM, 3), write = step(BPF_ST, 3);
  CHECK(said({read}) == "instruction 0 reads M[3], which may not have been written");
  CHECK(said({step(BPF_STX, 2), read}) == "instruction 1 reads M[3], which may not have been written");
  CHECK(said({write, read}) == "");
  // One path around the write.
  CHECK(said({step(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), write, read}) ==
        "instruction 2 reads M[3], which may not have been written");
  CHECK(said({write, step(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), allow, read}) == "");
  // Nothing leads there, and the kernel takes it.
  CHECK(said({step(BPF_JMP | BPF_JA, 1), read}) == "");
  // Nothing leads there either, but the kernel does not see that a return ends a path.
  CHECK(said({allow, read}) == "instruction 1 reads M[3], which may not have been written");
}

TEST_CASE("program_check: from one instruction to 4096, and the last is a return") {
  CHECK(check_program({}) == "it has no instruction");
  CHECK_FALSE(check_program({allow}));
  CHECK_FALSE(check_program(Program(4096, allow)));
  CHECK(check_program(Program(4097, allow)) == "it has 4097 instructions: 4096 are the most");
  CHECK(check_program({allow, step(BPF_LD | BPF_IMM)}) == "the last instruction is no return");
}

TEST_CASE("program_check: raw bytes are whole instructions, in the byte order of x86 and Arm") {
  const std::string load("\x20\0\0\0\x04\0\0\0", 8), allows("\x06\0\0\0\0\0\xff\x7f", 8);
  const auto both = parse_raw_program(load + allows);
  REQUIRE(both);
  CHECK(*both == Program{step(BPF_LD | BPF_W | BPF_ABS, 4), allow});
  CHECK(parse_raw_program("").error().text == "it is no seccomp filter: it has no instruction");
  CHECK(parse_raw_program(load + "\x06").error().text ==
        "it is no seccomp filter: 9 bytes are no whole instructions of 8");
  CHECK(parse_raw_program(load).error().text == "it is no seccomp filter: the last instruction is no return");
  CHECK_FALSE(parse_raw_program(std::string(std::size_t{4097} * 8, '\0')));
}
