// calling [PROGRAM...]: puts on seccomp filters, each given as the hex of its raw program, and prints `ready
// PID`. Then it makes the system calls that its input asks for, and says what came of each. Static and small,
// so that it runs in any container.
//   ENTRY NUMBER ARG ARG ARG ARG ARG ARG    in hex; ENTRY: 64 (syscall), 32 (int $0x80)
//   returned VALUE | trap DATA | killed thread | killed process | died SIGNAL
// Each call is made by a second thread of a forked child, so that the two ways to be killed differ. What came
// of it is left in shared memory, and where the child may not exit it ends by an instruction that is none: no
// system call is needed for either. So the filters must let read, write, clone and wait4 through, and nothing
// else.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_instructions = 4096, stack_size = 65536 };
enum outcome { nothing, returned, trapped, thread_killed };

static struct shared {
  volatile int outcome;
  volatile long value;
} * shared;

static struct {
  int narrow;
  unsigned long number, arguments[6];
} request;

static char stack[stack_size] __attribute__((aligned(16)));

static void die(const char *what) {
  fprintf(stderr, "calling: %s: %s\n", what, strerror(errno));
  exit(1);
}

#ifdef __x86_64__
// int80(number, arguments): the way of 32-bit programs into the kernel, which keeps the lower halves alone.
long int80(unsigned long number, const unsigned long *arguments);
__asm__("int80:\n"
        "  push %rbx\n  push %rbp\n"
        "  mov %rdi, %rax\n  mov %rsi, %r11\n"
        "  mov (%r11), %rbx\n  mov 8(%r11), %rcx\n  mov 16(%r11), %rdx\n"
        "  mov 24(%r11), %rsi\n  mov 32(%r11), %rdi\n  mov 40(%r11), %rbp\n"
        "  int $0x80\n"
        "  pop %rbp\n  pop %rbx\n  cltq\n  ret\n");
// clone(2) by itself: libc's would make further calls. The child has nothing on its stack but where it goes
// on.
long clone_thread(unsigned long flags, void *top, void (*go)(void));
__asm__("clone_thread:\n"
        "  mov %rdx, -8(%rsi)\n  sub $8, %rsi\n"
        "  xor %edx, %edx\n  xor %r10d, %r10d\n  xor %r8d, %r8d\n  mov $56, %eax\n"
        "  syscall\n"
        "  ret\n");
#else
#error "for x86-64 alone so far"
#endif

static void end(void) {
  syscall(SYS_exit_group, 0);
  __builtin_trap();
}

static void leave(int outcome, long value) {
  shared->value = value;
  shared->outcome = outcome;
  end();
}

static void on_sigsys(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  if (shared->outcome != nothing) // it was exit_group
    __builtin_trap();
  leave(trapped, info->si_errno);
}

static long plain(void) {
  long result;
  register unsigned long r10 __asm__("r10") = request.arguments[3];
  register unsigned long r8 __asm__("r8") = request.arguments[4];
  register unsigned long r9 __asm__("r9") = request.arguments[5];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(request.number), "D"(request.arguments[0]), "S"(request.arguments[1]),
                     "d"(request.arguments[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static void make_the_call(void) {
  leave(returned, request.narrow ? int80(request.number, request.arguments) : plain());
}

// The kernel lets this thread wait until the other is gone (CLONE_VFORK), or until both are.
static void in_child(void) {
  if (clone_thread(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_VFORK,
                   stack + stack_size - 64, make_the_call) > 0 &&
      shared->outcome == nothing)
    shared->outcome = thread_killed;
  end();
}

static void report(int status) {
  char line[64];
  int length;
  switch (shared->outcome) {
  case returned: length = snprintf(line, sizeof line, "returned %ld\n", shared->value); break;
  case trapped: length = snprintf(line, sizeof line, "trap %ld\n", shared->value); break;
  case thread_killed: length = snprintf(line, sizeof line, "killed thread\n"); break;
  default:
    length = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
                 ? snprintf(line, sizeof line, "killed process\n")
                 : snprintf(line, sizeof line, "died %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
  }
  if (write(1, line, (size_t)length) != length)
    _exit(1);
}

static void carry_out(void) {
  shared->outcome = nothing;
  // fork(2) by clone(2), which libc's would follow with calls of its own
  const long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child < 0)
    die("clone");
  if (child == 0)
    in_child();
  int status = 0;
  while (syscall(SYS_wait4, child, &status, 0, 0) < 0)
    if (errno != EINTR)
      die("wait4");
  report(status);
}

static void put_on(const char *hex) {
  static struct sock_filter code[most_instructions];
  struct sock_fprog program = {(unsigned short)(strlen(hex) / 16), code};
  if (strlen(hex) > 16 * most_instructions)
    die("program");
  for (size_t i = 0; i < strlen(hex) / 2; i++)
    sscanf(hex + 2 * i, "%2hhx", (unsigned char *)code + i);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
    die("seccomp filter");
}

// One byte at a time: libc's buffers would ask for memory when a filter may refuse it.
static int read_line(char *line, size_t size) {
  for (size_t length = 0; length < size; length++) {
    if (read(0, line + length, 1) != 1)
      return 0;
    if (line[length] == '\n') {
      line[length] = 0;
      return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  const struct sigaction handler = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
  const struct rlimit none = {0, 0};
  if (shared == MAP_FAILED || sigaction(SIGSYS, &handler, NULL) || setrlimit(RLIMIT_CORE, &none))
    die("setting up");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char line[256];
  const int length = snprintf(line, sizeof line, "ready %d\n", getpid());
  for (int i = 1; i < argc; i++)
    put_on(argv[i]);
  if (write(1, line, (size_t)length) != length)
    return 1;
  while (read_line(line, sizeof line)) {
    char *at = line;
    request.narrow = strtoul(at, &at, 10) == 32;
    request.number = strtoul(at, &at, 16);
    for (int i = 0; i < 6; i++)
      request.arguments[i] = strtoul(at, &at, 16);
    carry_out();
  }
  return 0;
}
