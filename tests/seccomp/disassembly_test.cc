#include "seccomp/disassembly.h"

#include <catch2/catch.hpp>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

using namespace sbx;

namespace {

const std::vector<SyscallAbi> pc{SyscallAbi::x86_64, SyscallAbi::i386, SyscallAbi::x32};

SeccompInstruction step(unsigned code, std::uint32_t k = 0, std::uint8_t jt = 0, std::uint8_t jf = 0) {
  return {static_cast<std::uint16_t>(code), jt, jf, k};
}
SeccompInstruction load(std::uint32_t offset) { return step(BPF_LD | BPF_W | BPF_ABS, offset); }
SeccompInstruction equal(std::uint32_t k, std::uint8_t jt, std::uint8_t jf) {
  return step(BPF_JMP | BPF_JEQ | BPF_K, k, jt, jf);
}
SeccompInstruction give(std::uint32_t action) { return step(BPF_RET | BPF_K, action); }
const SeccompInstruction allow = give(SECCOMP_RET_ALLOW);

// A line for each: a label where one is jumped to, the text, and the comment behind a semicolon.
std::string listing(const SeccompProgram& program) {
  std::string text;
  for (const DisassemblyLine& line : disassembly(program, pc))
    text += (line.target ? label_of(line.index) + ": " : "") + line.text +
            (line.comment.empty() ? "" : " ; " + line.comment) + "\n";
  return text;
}

std::string only(const SeccompInstruction& it) {
  const std::string text = listing({it, allow, allow, allow});
  return text.substr(0, text.find('\n'));
}

} // namespace

TEST_CASE("disassembly: numbers are named by the architecture that was tested on the way there") {
  CHECK(listing({
            load(4),
            equal(AUDIT_ARCH_X86_64, 0, 6),
            load(0),
            equal(59, 8, 0),
            equal(0x40000000 + 520, 7, 0),
            step(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 6, 0),
            equal(99999, 0, 5),
            step(BPF_JMP | BPF_JA, 3),
            equal(AUDIT_ARCH_I386, 0, 2),
            load(0),
            equal(11, 1, 0),
            allow,
            give(SECCOMP_RET_ERRNO | 1),
        }) == R"(ld [arch]
jeq AUDIT_ARCH_X86_64, next, L8
ld [nr]
jeq #59, L12, next ; execve
jeq #0x40000208, L12, next ; execve of x32
jge #0x40000000, L12, next ; the bit of x32
jeq #99999, next, L12
ja L11
L8: jeq AUDIT_ARCH_I386, next, L11 ; arch
ld [nr]
jeq #11, L12, next ; execve of i386
L11: return allow
L12: return errno EPERM
)");
}

TEST_CASE("disassembly: where no architecture was tested the native name is given, with its ABI") {
  CHECK(listing({load(0), equal(59, 0, 1), give(SECCOMP_RET_KILL_PROCESS), allow}) == R"(ld [nr]
jeq #59, next, L3 ; execve if x86_64
return kill_process
L3: return allow
)");
  // Two ways lead there, with different architectures.
  CHECK(listing({load(4), equal(AUDIT_ARCH_X86_64, 1, 0), equal(AUDIT_ARCH_I386, 0, 1), load(0), allow}) ==
        R"(ld [arch]
jeq AUDIT_ARCH_X86_64, L3, next
jeq AUDIT_ARCH_I386, next, L4 ; arch
L3: ld [nr]
L4: return allow
)");
}

TEST_CASE(
    "disassembly: what is compared is known through registers and memory, until something is calculated") {
  CHECK(listing({
            load(24),
            step(BPF_ST, 3),
            load(0),
            step(BPF_MISC | BPF_TAX),
            step(BPF_LD | BPF_MEM, 3),
            equal(0x5401, 0, 3),
            step(BPF_MISC | BPF_TXA),
            equal(16, 0, 1),
            allow,
            step(BPF_ALU | BPF_AND | BPF_K, 0xff),
            equal(16, 0, 0),
            allow,
        }) == R"(ld [args[1].low]
st M[3]
ld [nr]
tax
ld M[3]
jeq #0x5401, next, L9 ; args[1].low
txa
jeq #16, next, L9 ; ioctl if x86_64
return allow
L9: and #0xff
jeq #0x10, next, next
return allow
)");
}

TEST_CASE("disassembly: every instruction has its text") {
  const std::pair<SeccompInstruction, std::string> all[] = {
      {load(8), "ld [ip.low]"},
      {load(12), "ld [ip.high]"},
      {load(60), "ld [args[5].high]"},
      {load(64), "ld [64]"},
      {step(BPF_LD | BPF_IMM, 9), "ld #9"},
      {step(BPF_LDX | BPF_IMM, 10), "ldx #0xa"},
      {step(BPF_LD | BPF_W | BPF_LEN), "ld len ; 64"},
      {step(BPF_LDX | BPF_W | BPF_LEN), "ldx len ; 64"},
      {step(BPF_LDX | BPF_MEM, 15), "ldx M[15]"},
      {step(BPF_STX, 2), "stx M[2]"},
      {step(BPF_ALU | BPF_ADD | BPF_K, 1), "add #1"},
      {step(BPF_ALU | BPF_SUB | BPF_X), "sub x"},
      {step(BPF_ALU | BPF_MUL | BPF_X), "mul x"},
      {step(BPF_ALU | BPF_DIV | BPF_K, 2), "div #2"},
      {step(BPF_ALU | BPF_OR | BPF_K, 2), "or #2"},
      {step(BPF_ALU | BPF_XOR | BPF_K, 2), "xor #2"},
      {step(BPF_ALU | BPF_LSH | BPF_K, 2), "lsh #2"},
      {step(BPF_ALU | BPF_RSH | BPF_X), "rsh x"},
      {step(BPF_ALU | BPF_NEG), "neg"},
      {step(BPF_JMP | BPF_JA, 0), "ja next"},
      {step(BPF_JMP | BPF_JSET | BPF_X, 0, 1, 2), "jset x, L2, L3"},
      {step(BPF_JMP | BPF_JGT | BPF_K, 0xffff, 0, 1), "jgt #0xffff, next, L2"},
      {step(BPF_RET | BPF_A), "return a"},
      {give(SECCOMP_RET_TRACE | 7), "return trace 7"},
      {give(SECCOMP_RET_ERRNO), "return errno 0"},
      {give(SECCOMP_RET_USER_NOTIF), "return notify"},
      {give(0x12340000), "return #0x12340000 ; unknown to the kernel: kill the process"},
      {step(BPF_ALU | BPF_MOD | BPF_K, 3), "no instruction of a filter (0x0094)"},
      {step(0xffff, 3), "no instruction of a filter (0xffff)"},
  };
  for (const auto& [it, text] : all)
    CHECK(only(it) == text);
  CHECK(disassembly({equal(0xc000003e, 1, 5)}, pc)[0].raw == "0x0015   1   5 0xc000003e");
}

TEST_CASE("disassembly: any program has a listing, and what nothing leads to is said") {
  CHECK(listing({step(BPF_JMP | BPF_JA, 1), allow, allow}) == R"(ja L2
return allow ; nothing leads here
L2: return allow
)");
  CHECK(listing({equal(1, 255, 255)}) == "jeq #1, L256, L256\n");
  CHECK(listing({step(BPF_JMP | BPF_JA, 0xffffffff)}) == "ja L4294967296\n");
  CHECK(listing({step(BPF_ST, 99), step(BPF_LD | BPF_MEM, 99), load(7)}) == "st M[99]\nld M[99]\nld [7]\n");
  CHECK(disassembly({}, pc).empty());
  CHECK(disassembly({load(0), equal(59, 0, 0)}, {})[1].comment.empty()); // of a machine that is not known
}
