#include "seccomp/sample_filters.h"

#include <cstdlib>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sbx {

namespace {

SeccompInstruction step(unsigned code, std::uint32_t k = 0, std::uint8_t jt = 0, std::uint8_t jf = 0) {
  return {static_cast<std::uint16_t>(code), jt, jf, k};
}
SeccompInstruction load(std::uint32_t offset) { return step(BPF_LD | BPF_W | BPF_ABS, offset); }
SeccompInstruction jump(unsigned operation, std::uint32_t k, std::uint8_t jt, std::uint8_t jf) {
  return step(BPF_JMP | operation | BPF_K, k, jt, jf);
}
SeccompInstruction give(std::uint32_t action) { return step(BPF_RET | BPF_K, action); }

constexpr std::uint32_t number = 0, arch = 4, allow = SECCOMP_RET_ALLOW, deny = SECCOMP_RET_ERRNO | 1,
                        trap = SECCOMP_RET_TRAP | 5, low = 16, high = 20; // of the first argument

// Rules on numbers that the three architectures know by many names, each tenth one on arguments.
SeccompProgram by_libseccomp(bool binary_tree, std::uint32_t otherwise) {
  const scmp_filter_ctx filter = seccomp_init(otherwise);
  constexpr std::uint32_t architectures[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32};
  for (const std::uint32_t it : architectures)
    if (seccomp_arch_exist(filter, it) != 0 && seccomp_arch_add(filter, it) != 0)
      std::abort();
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, binary_tree ? 2 : 1);
  constexpr scmp_compare comparisons[] = {SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,       SCMP_CMP_EQ,
                                          SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
  constexpr scmp_datum_t values[] = {
      0, 1, 7, 0x7f, 0xffffffff, 0x100000000, 0x80000000, 0xffffffff00000000, 0x123456789abcdef0};
  const std::uint32_t native = SCMP_ARCH_X86_64;
  for (int call = 0; call < 450; ++call) {
    char* name = seccomp_syscall_resolve_num_arch(native, call);
    if (!name)
      continue;
    const int known = seccomp_syscall_resolve_name(name);
    std::free(name);
    const std::size_t turn = static_cast<std::size_t>(call);
    if (call % 7 == 6)
      continue; // denied
    if (call % 10 != 3) {
      seccomp_rule_add(filter, allow, known, 0);
      continue;
    }
    const scmp_compare first = comparisons[turn / 10 % 7], second = comparisons[turn / 3 % 7];
    const scmp_datum_t value = values[turn % 9], other = values[turn / 2 % 9];
    seccomp_rule_add(filter, allow, known, 2,
                     first == SCMP_CMP_MASKED_EQ ? SCMP_A0(first, 0xff00000000ff, value & 0xff00000000ff)
                                                 : SCMP_A0(first, value),
                     second == SCMP_CMP_MASKED_EQ ? SCMP_A3(second, 0xf0, other & 0xf0)
                                                  : SCMP_A3(second, other));
    if (call % 20 == 3)
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(13), known, 1,
                       SCMP_A1(first == SCMP_CMP_MASKED_EQ ? SCMP_CMP_EQ : first, other));
  }
  const int file = memfd_create("filter", MFD_CLOEXEC);
  if (seccomp_export_bpf(filter, file) != 0)
    std::abort();
  seccomp_release(filter);
  SeccompProgram program;
  lseek(file, 0, SEEK_SET);
  for (sock_filter it{}; read(file, &it, sizeof it) == sizeof it;)
    program.push_back({it.code, it.jt, it.jf, it.k});
  close(file);
  return program;
}

// The architecture first, whole arguments by their halves, the upper one first.
SeccompProgram like_minijail() {
  return {
      load(arch),
      jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
      give(SECCOMP_RET_KILL_THREAD),
      load(number),
      jump(BPF_JEQ, 16, 0, 4), // ioctl: the second argument is 0x5401
      load(28),
      jump(BPF_JEQ, 0, 0, 8),
      load(24),
      jump(BPF_JEQ, 0x5401, 7, 6),
      jump(BPF_JEQ, 9, 0, 4), // mmap: no PROT_EXEC, or flags below
      load(32),
      jump(BPF_JSET, 4, 0, 4),
      load(44),
      jump(BPF_JGT, 0, 1, 2),
      jump(BPF_JGE, 400, 0, 1),
      give(deny),
      give(allow),
  };
}

// One word after another with masks, all that is left over at the end; numbers as a binary tree.
SeccompProgram like_chromium() {
  return {
      load(arch),
      jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
      give(trap),
      load(number),
      jump(BPF_JSET, 0x40000000, 0, 1),
      give(trap),
      jump(BPF_JGE, 60, 9, 0),
      jump(BPF_JGE, 41, 0, 12),
      jump(BPF_JGE, 42, 10, 0),
      load(high), // socket: the upper half is 0, or all ones with a negative lower one
      jump(BPF_JEQ, 0, 3, 0),
      jump(BPF_JEQ, 0xffffffff, 0, 8),
      load(low),
      jump(BPF_JSET, 0x80000000, 1, 6),
      load(low),
      jump(BPF_JEQ, 1, 5, 4),
      jump(BPF_JGE, 231, 4, 0),
      load(40),
      step(BPF_ALU | BPF_AND | BPF_K, 0xfffff0ff),
      jump(BPF_JEQ, 0x11, 0, 1),
      give(allow),
      give(deny | 37),
      give(allow),
  };
}

// What is needed later is put aside; X holds what is compared.
SeccompProgram with_memory() {
  return {
      load(number),
      step(BPF_ST, 3),
      load(low),
      step(BPF_ST, 0),
      load(high),
      step(BPF_MISC | BPF_TAX),
      step(BPF_LD | BPF_MEM, 3),
      jump(BPF_JEQ, 56, 0, 5),
      step(BPF_LD | BPF_MEM, 0),
      step(BPF_ALU | BPF_AND | BPF_K, 0x7e020000), // CLONE_NEW*
      jump(BPF_JEQ, 0, 0, 5),
      step(BPF_MISC | BPF_TXA),
      jump(BPF_JEQ, 0, 4, 3),
      step(BPF_LDX | BPF_IMM, 100),
      step(BPF_JMP | BPF_JGT | BPF_X, 0, 1, 0),
      give(allow),
      give(deny),
      give(allow),
  };
}

// x32 folded into x86_64, the errno made of an argument, sums and products: what cannot be followed.
SeccompProgram with_arithmetic() {
  return {
      load(number),
      step(BPF_ALU | BPF_AND | BPF_K, 0xbfffffff),
      jump(BPF_JEQ, 1, 0, 5),
      load(low),
      step(BPF_ALU | BPF_ADD | BPF_K, 1),
      jump(BPF_JGT, 3, 0, 1),
      give(SECCOMP_RET_ERRNO | 9),
      give(allow),
      jump(BPF_JEQ, 2, 0, 5),
      load(low),
      step(BPF_MISC | BPF_TAX),
      load(24),
      step(BPF_ALU | BPF_DIV | BPF_X),
      jump(BPF_JEQ, 2, 4, 3),
      jump(BPF_JEQ, 3, 0, 4),
      load(low),
      step(BPF_ALU | BPF_LSH | BPF_K, 4),
      jump(BPF_JSET, 0x10, 1, 0),
      give(SECCOMP_RET_LOG),
      give(SECCOMP_RET_USER_NOTIF),
  };
}

// What is known before any call is made, and masks that leave little.
SeccompProgram with_constants() {
  return {
      step(BPF_LD | BPF_IMM, 1),
      step(BPF_LDX | BPF_IMM, 33),
      step(BPF_ALU | BPF_LSH | BPF_X), // by 33 % 32
      jump(BPF_JEQ, 2, 1, 0),
      give(trap),
      load(low),
      step(BPF_ALU | BPF_AND | BPF_K, 0xf0),
      jump(BPF_JSET, 0x0f, 0, 1),
      give(trap),
      jump(BPF_JSET, 0x18, 0, 1), // 0x10 alone can be
      give(deny),
      jump(BPF_JGT, 0x7f, 0, 1),
      give(deny | 2),
      jump(BPF_JGE, 0x21, 0, 1),
      give(SECCOMP_RET_TRACE | 3),
      step(BPF_LD | BPF_W | BPF_LEN),
      jump(BPF_JEQ, 64, 1, 0),
      give(trap),
      give(allow),
  };
}

SeccompProgram with_products() {
  return {
      load(low),   step(BPF_ALU | BPF_MUL | BPF_K, 0), jump(BPF_JEQ, 0, 1, 0),  give(trap),
      load(low),   step(BPF_ALU | BPF_MUL | BPF_K, 3), jump(BPF_JEQ, 21, 0, 1), give(deny),
      give(allow),
  };
}

// The same word is asked again and again, so that most ends cannot be reached.
SeccompProgram with_repetitions() {
  SeccompProgram program;
  for (std::uint32_t i = 0; i < 24; ++i) {
    program.push_back(load(i % 3 == 0 ? low : i % 3 == 1 ? number : 24));
    program.push_back(jump(i % 4 == 0   ? BPF_JEQ
                           : i % 4 == 1 ? BPF_JGT
                           : i % 4 == 2 ? BPF_JGE
                                        : BPF_JSET,
                           i, 0, 1));
    program.push_back(i % 5 == 4 ? give(SECCOMP_RET_ERRNO | i) : step(BPF_JMP | BPF_JA, 0));
  }
  program.push_back(give(allow));
  return program;
}

} // namespace

std::vector<SampleFilter> sample_filters() {
  const SeccompProgram lines = by_libseccomp(false, SCMP_ACT_ERRNO(1)),
                       tree = by_libseccomp(true, SCMP_ACT_ERRNO(38)),
                       kills = by_libseccomp(true, SCMP_ACT_KILL);
  return {
      {"libseccomp, by number", {lines}},
      {"libseccomp, a binary tree", {tree}},
      {"libseccomp, two of them", {kills, lines}},
      {"like minijail", {like_minijail()}},
      {"like chromium", {like_chromium()}},
      {"with memory", {with_memory()}},
      {"with arithmetic", {with_arithmetic()}},
      {"with constants", {with_constants()}},
      {"with products", {with_products()}},
      {"with repetitions", {with_repetitions()}},
      {"stacked", {with_memory(), like_chromium(), like_minijail()}},
      {"stacked on libseccomp", {with_repetitions(), with_arithmetic(), tree}},
  };
}

SeccompChain chain_of(const SampleFilter& sample) {
  SeccompChain chain;
  for (const SeccompProgram& program : sample.programs)
    chain.push_back(&program);
  return chain;
}

} // namespace sbx
