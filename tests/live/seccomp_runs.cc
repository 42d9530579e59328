// seccomp_runs: does the interpreter of the tests (seccomp/concrete.h) say of a call what the running kernel
// does? Random chains are put on in children, which then make harmless calls with any arguments, through both
// ways into the machine. Exits 1 where they differ, 77 on another machine than x86_64.
#include "seccomp/concrete.h"
#include "seccomp/random_programs.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <linux/audit.h>
#include <linux/filter.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

// Calls whose every word is known, the address that they come from among them.
asm(R"(
  .text
  .globl sbx_call_64, sbx_behind_64, sbx_call_32, sbx_behind_32
sbx_call_64:
  mov %rdi, %rax
  mov %rsi, %r11
  mov (%r11), %rdi
  mov 8(%r11), %rsi
  mov 16(%r11), %rdx
  mov 24(%r11), %r10
  mov 32(%r11), %r8
  mov 40(%r11), %r9
  syscall
sbx_behind_64:
  ret
sbx_call_32:
  push %rbx
  push %rbp
  mov %edi, %eax
  mov %rsi, %r11
  mov (%r11), %ebx
  mov 8(%r11), %ecx
  mov 16(%r11), %edx
  mov 24(%r11), %esi
  mov 32(%r11), %edi
  mov 40(%r11), %ebp
  int $0x80
sbx_behind_32:
  movslq %eax, %rax
  pop %rbp
  pop %rbx
  ret
)");
extern "C" {
long sbx_call_64(long number, const std::uint64_t* arguments);
long sbx_call_32(long number, const std::uint64_t* arguments);
extern const char sbx_behind_64[], sbx_behind_32[];
}

namespace {

constexpr int chains = 2500, calls = 32;

// Of the machine, and of its 32-bit way in: getpid, getppid, gettid, getpgrp; numbers that nobody has, one of
// them by way of x32.
constexpr std::uint32_t numbers_64[] = {39, 110, 186, 111, 1000, 0x40000000 + 1000},
                        numbers_32[] = {20, 64, 224, 65, 1000};

struct Outcome {
  enum Kind { none, returned, trapped, killed } kind = none;
  long value = 0;
  bool operator==(const Outcome&) const = default;
};

struct Shared {
  std::atomic<int> done;
  Outcome outcomes[calls];
  long unfiltered[calls]; // what the call gives without a filter
};

sigjmp_buf trap;
volatile long trap_data;

void on_trap(int, siginfo_t* info, void*) {
  trap_data = info->si_errno;
  siglongjmp(trap, 1);
}

long make(const seccomp_data& call) {
  const auto* arguments = reinterpret_cast<const std::uint64_t*>(call.args);
  return call.arch == AUDIT_ARCH_X86_64 ? sbx_call_64(call.nr, arguments) : sbx_call_32(call.nr, arguments);
}

Outcome observe(const seccomp_data& call) {
  if (sigsetjmp(trap, 0) != 0)
    return {Outcome::trapped, trap_data};
  return {Outcome::returned, make(call)};
}

using Code = std::vector<sock_filter>;

Code code_of(const sbx::SeccompProgram& program) {
  Code code;
  for (const auto& it : program)
    code.push_back({it.code, it.jt, it.jf, it.k});
  return code;
}

// In a child: from `first` on, until one kills it. Then it waits to be killed, for the filters may deny it an
// exit.
[[noreturn]] void run(std::vector<Code>& programs, const std::vector<seccomp_data>& made, int first,
                      Shared& shared) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct sigaction action {};
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSYS, &action, nullptr);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  for (int i = first; i < calls; ++i)
    shared.unfiltered[i] = make(made[static_cast<std::size_t>(i)]);
  for (Code& program : programs) { // no memory may be asked for from here on
    const sock_fprog all{static_cast<unsigned short>(program.size()), program.data()};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &all) != 0)
      _exit(3);
  }
  for (int i = first; i < calls; ++i) {
    shared.outcomes[i] = observe(made[static_cast<std::size_t>(i)]);
    shared.done.store(i + 1);
  }
  while (true)
    __builtin_ia32_pause();
}

// False: the filters were not put on.
bool run_all(std::vector<Code> programs, const std::vector<seccomp_data>& made, Shared& shared) {
  for (shared.done = 0; shared.done < calls;) {
    const int first = shared.done;
    const pid_t child = fork();
    if (child == 0)
      run(programs, made, first, shared);
    int status = 0;
    while (shared.done < calls && waitpid(child, &status, WNOHANG) == 0)
      sched_yield();
    if (shared.done == calls) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return true;
    }
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
      return false;
    shared.outcomes[shared.done] = {Outcome::killed, 0};
    ++shared.done;
  }
  return true;
}

// __seccomp_filter() of kernel/seccomp.c, where nobody traces and nobody listens.
Outcome expected(std::uint32_t answer, long unfiltered) {
  const std::uint32_t data = answer & SECCOMP_RET_DATA;
  switch (answer & SECCOMP_RET_ACTION_FULL) {
  case SECCOMP_RET_ALLOW:
  case SECCOMP_RET_LOG:
    return {Outcome::returned, unfiltered};
  case SECCOMP_RET_ERRNO:
    return {Outcome::returned, -static_cast<long>(data > 4095 ? 4095 : data)};
  case SECCOMP_RET_TRACE:
  case SECCOMP_RET_USER_NOTIF:
    return {Outcome::returned, -ENOSYS};
  case SECCOMP_RET_TRAP:
    return {Outcome::trapped, data};
  default:
    return {Outcome::killed, 0};
  }
}

seccomp_data random_call(sbx::RandomPrograms& random, bool both_ways) {
  seccomp_data call{};
  const bool narrow = both_ways && random.one_in(3);
  call.arch = narrow ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
  call.nr = static_cast<int>(narrow ? numbers_32[random.number(std::size(numbers_32))]
                                    : numbers_64[random.number(std::size(numbers_64))]);
  call.instruction_pointer = reinterpret_cast<std::uintptr_t>(narrow ? sbx_behind_32 : sbx_behind_64);
  for (auto& argument : call.args) {
    argument = random.value();
    if (!narrow && !random.one_in(3)) // of the others the kernel drops the upper half
      argument |= std::uint64_t{random.value()} << 32;
  }
  return call;
}

bool takes_narrow_calls() {
  const pid_t child = fork();
  if (child == 0) {
    const std::uint64_t none[6] = {};
    _exit(sbx_call_32(20, none) == getpid() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int compare(Shared& shared) {
  const auto half = [](const void* at, int shift) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(at) >> shift);
  };
  sbx::RandomPrograms random(7, {39,
                                 110,
                                 186,
                                 111,
                                 20,
                                 64,
                                 224,
                                 65,
                                 1000,
                                 0x40000000,
                                 0x40000000 + 1000,
                                 AUDIT_ARCH_X86_64,
                                 AUDIT_ARCH_I386,
                                 half(sbx_behind_64, 0),
                                 half(sbx_behind_64, 32),
                                 0,
                                 1,
                                 2,
                                 7,
                                 0xffff,
                                 0x80000000,
                                 0xffffffff});
  const sbx::SeccompProgram lets_put_on = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                                           {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_seccomp},
                                           {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  const bool both_ways = takes_narrow_calls();
  int kinds[4] = {}, actions_seen = 0;
  for (int i = 0; i < chains; ++i) {
    std::vector<sbx::SeccompProgram> programs(1 + random.number(3));
    sbx::SeccompChain chain;
    for (auto& program : programs) {
      if (&program != &programs.back()) // the next one must still be put on
        program = lets_put_on;
      const auto rest = random.valid(random.one_in(20) ? 600 : 40);
      program.insert(program.end(), rest.begin(), rest.end());
      chain.insert(chain.begin(), &program);
    }
    std::vector<Code> codes;
    std::transform(programs.begin(), programs.end(), std::back_inserter(codes), code_of);
    std::vector<seccomp_data> made;
    for (int call = 0; call < calls; ++call)
      made.push_back(random_call(random, both_ways));
    if (!run_all(std::move(codes), made, shared)) {
      std::printf("seccomp_runs: chain %d could not be put on, or died of something else\n", i);
      return 1;
    }
    for (int call = 0; call < calls; ++call) {
      const std::uint32_t answer = sbx::run_concretely(chain, made[static_cast<std::size_t>(call)]);
      const Outcome want = expected(answer, shared.unfiltered[call]), got = shared.outcomes[call];
      ++kinds[got.kind];
      actions_seen += answer != SECCOMP_RET_ALLOW;
      if (got == want)
        continue;
      std::printf(
          "seccomp_runs: chain %d, call %d: answer %#x, kind %d value %ld, and the kernel: kind %d value "
          "%ld\n",
          i, call, answer, want.kind, want.value, got.kind, got.value);
      return 1;
    }
  }
  std::printf("seccomp_runs: %d calls returned, %d trapped, %d killed, as computed; %s\n",
              kinds[Outcome::returned], kinds[Outcome::trapped], kinds[Outcome::killed],
              both_ways ? "by both ways in" : "the 32-bit way in is shut");
  return actions_seen > chains * calls / 4 && kinds[Outcome::trapped] > 1000 && kinds[Outcome::killed] > 100
             ? 0
             : 1;
}

} // namespace

int main() {
  const rlimit no_core{};
  setrlimit(RLIMIT_CORE, &no_core);
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? 1 : compare(*new (memory) Shared);
}

#else

int main() { return 77; }

#endif
