// seccomp_verdicts: does check_program() say of a program what the kernel says when it is put on? Random
// programs and broken ones. Exits 1 where they differ.
#include "seccomp/program_check.h"
#include "seccomp/random_programs.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int programs = 100'000, skipped = 77;

using Program = sbx::RandomPrograms::Program;

// 0 or an errno.
int put_on(const Program& program, unsigned flags) {
  std::vector<sock_filter> code;
  for (const auto& it : program)
    code.push_back({it.code, it.jt, it.jf, it.k});
  const sock_fprog all{static_cast<unsigned short>(code.size()), code.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &all) < 0 ? errno : 0;
}

// A chain has one listener at most, and that is asked last: from the second on, EBUSY is what comes of a
// program that would be taken (has_duplicate_listener() of kernel/seccomp.c), and nothing is put on.
bool takes(const Program& program) { return put_on(program, SECCOMP_FILTER_FLAG_NEW_LISTENER) == EBUSY; }

int compare() {
  const Program allow{{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (put_on(allow, SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0 || !takes(allow) || takes({})) {
    std::printf("seccomp_verdicts: this kernel has no listeners\n");
    return skipped;
  }
  sbx::RandomPrograms random(1, {39, 0xc000003e, 0x40000000});
  std::array<int, 2> verdicts{};
  for (int i = 0; i < programs; ++i) {
    const Program program = random.any(i % 1000 == 0 ? 5000 : i % 10 == 0 ? 300 : 20);
    const auto wrong = sbx::check_program(program);
    const bool taken = takes(program);
    ++verdicts[taken ? 1 : 0];
    if (taken != !wrong) {
      std::printf("seccomp_verdicts: the kernel %s program %d, we say: %s\n", taken ? "takes" : "refuses", i,
                  wrong.value_or("well").c_str());
      for (const auto& it : program)
        std::printf("  {%#x, %u, %u, %#x}\n", it.code, it.jt, it.jf, it.k);
      return 1;
    }
  }
  std::printf("seccomp_verdicts: %d programs are taken and %d refused, as the kernel does\n", verdicts[1],
              verdicts[0]);
  return verdicts[0] > programs / 10 && verdicts[1] > programs / 10 ? 0 : 1;
}

} // namespace

int main() { return compare(); }
