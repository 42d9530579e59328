// traced MODE [ARG...]: makes calls that are known, for the tests of the tracer. `calls DIRECTORY` says for
// each on a line what is to be told of it; `i386`, `filtered`, `threads THREADS CALLS`, `forks COUNT`, `exec
// PATH`.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long call(long number, long a, long b, long c, long d, long e) {
  long ret = syscall(number, a, b, c, d, e);
  return ret < 0 ? -errno : ret;
}
#define CALL(number, a, b, c, d, e) call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static long told(long ret, const char *call, const char *what, const char *path) {
  printf("ret=%ld call=%s ", ret, call);
  printf(what, path);
  putchar('\n');
  return ret;
}
#define TOLD(number, a, b, c, d, e, name, what) told(CALL(number, a, b, c, d, e), name, what, directory)

static struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog allow_all = {1, allow};

static void all_calls(const char *directory) {
  struct landlock_ruleset_attr handled = {.handled_access_fs =
                                              LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_DIR};
  struct open_how how = {.flags = O_PATH | O_DIRECTORY, .resolve = RESOLVE_NO_SYMLINKS}, plain = {.flags = O_RDONLY};
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct caps[2];
  struct clone_args in_user = {.flags = CLONE_NEWUTS, .exit_signal = SIGCHLD};
  struct mount_attr_ {
    uint64_t set, clr, propagation, userns_fd;
  } attr = {1, 2, 3, 0};
  char missing[4096];
  snprintf(missing, sizeof missing, "%s/not here", directory);
  if (chdir(directory))
    exit(1);

  if (TOLD(SYS_unshare, CLONE_NEWNS | CLONE_NEWUTS, 0, 0, 0, 0, "unshare", ""))
    exit(1); // what is mounted below would be mounted for all
  TOLD(SYS_openat, AT_FDCWD, missing, O_PATH | O_CLOEXEC, 0, 0, "openat", "text=%s/not\\x20here");
  CALL(SYS_openat, AT_FDCWD, missing, O_RDONLY, 0, 0); // not told
  TOLD(SYS_open, missing, O_PATH, 0, 0, 0, "open", "text=%s/not\\x20here");
  int fd = TOLD(SYS_openat2, AT_FDCWD, ".", &how, sizeof how, 0, "openat2", "flags=0x210000 resolve=0x4 text=.");
  CALL(SYS_openat2, AT_FDCWD, ".", &plain, sizeof plain, 0); // not told
  int ns = open("/proc/self/ns/uts", O_RDONLY);
  TOLD(SYS_setns, ns, CLONE_NEWUTS, 0, 0, 0, "setns", "inode=");
  TOLD(SYS_mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0, "mount", "text=/");
  TOLD(SYS_mount, "a source", directory, "tmpfs", 0, 0, "mount", "text=%s second=a\\x20source");
  TOLD(SYS_umount2, directory, MNT_DETACH, 0, 0, 0, "umount", "text=%s");
  TOLD(SYS_pivot_root, "/nowhere", "/old", 0, 0, 0, "pivot_root", "text=/nowhere second=/old");
  TOLD(SYS_chroot, missing, 0, 0, 0, 0, "chroot", "text=%s/not\\x20here");
  int tree = TOLD(SYS_open_tree, AT_FDCWD, directory, OPEN_TREE_CLONE, 0, 0, "open_tree", "flags=0x1 text=%s");
  TOLD(SYS_move_mount, tree, "", AT_FDCWD, "/nowhere", 4, "move_mount", "text=/nowhere second=");
  TOLD(SYS_mount_setattr, tree, "", 0x1000, &attr, sizeof attr, "mount_setattr",
       "attr_set=0x1 attr_clr=0x2 propagation=0x3 text=");
  int fs = TOLD(SYS_fsopen, "tmpfs", 0, 0, 0, 0, "fsopen", "text=tmpfs");
  TOLD(SYS_fsconfig, fs, 1, "size", "1m", 0, "fsconfig", "text=size second=1m");
  TOLD(SYS_fsconfig, fs, 6, 0, 0, 0, "fsconfig", "");
  TOLD(SYS_fsmount, fs, 0, 0, 0, 0, "fsmount", "");
  fflush(stdout);
  long child = CALL(SYS_clone, CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
  if (child == 0)
    _exit(0);
  told(child, "clone", "", "");
  fflush(stdout);
  child = CALL(SYS_clone3, &in_user, sizeof in_user, 0, 0, 0);
  if (child == 0)
    _exit(0);
  told(child, "clone3", "flags=0x4000000", "");
  while (wait(0) > 0)
    ;
  TOLD(SYS_setgroups, 0, 0, 0, 0, 0, "setgroups", "count=0");
  TOLD(SYS_setgid, 0, 0, 0, 0, 0, "setgid", "");
  TOLD(SYS_setuid, 0, 0, 0, 0, 0, "setuid", "");
  TOLD(SYS_setregid, -1, 0, 0, 0, 0, "setregid", "");
  TOLD(SYS_setreuid, -1, 0, 0, 0, 0, "setreuid", "");
  TOLD(SYS_setresgid, -1, -1, 0, 0, 0, "setresgid", "");
  TOLD(SYS_setresuid, -1, -1, 0, 0, 0, "setresuid", "");
  TOLD(SYS_setfsgid, 0, 0, 0, 0, 0, "setfsgid", "");
  TOLD(SYS_setfsuid, 0, 0, 0, 0, 0, "setfsuid", "");
  TOLD(SYS_prctl, PR_SET_KEEPCAPS, 0, 0, 0, 0, "prctl", "");
  TOLD(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0, "prctl", "");
  TOLD(SYS_prctl, PR_SET_SECUREBITS, 0, 0, 0, 0, "prctl", "");
  TOLD(SYS_prctl, PR_CAPBSET_DROP, 30, 0, 0, 0, "prctl", "");
  TOLD(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, "prctl", "");
  CALL(SYS_prctl, PR_SET_NAME, "traced", 0, 0, 0); // not told
  TOLD(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, "prctl", "");
  int ruleset = TOLD(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0, 0, 0,
                     "landlock_create_ruleset", "fs=0x9");
  struct landlock_path_beneath_attr rule = {.allowed_access = 9, .parent_fd = fd};
  TOLD(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0, 0, "landlock_add_rule",
       "access=0x9 text=%s");
  TOLD(SYS_landlock_restrict_self, ruleset, 0, 0, 0, 0, "landlock_restrict_self", "");
  TOLD(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &allow_all, 0, 0, "seccomp", "instructions=1");
  TOLD(SYS_prctl, PR_SET_SECCOMP, 2, &allow_all, 0, 0, "prctl", "instructions=1");
  syscall(SYS_capget, &header, caps);
  caps[0].effective = 1;
  caps[1].effective = 0;
  TOLD(SYS_capset, &header, caps, 0, 0, 0, "capset", "effective=0x1");
}

#ifdef __x86_64__
static long by_i386(long number, long a, long b, long c) {
  long ret;
  __asm__ volatile("int $0x80" : "=a"(ret) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(0L), "D"(0L) : "memory");
  return (int)ret;
}

static void i386(void) {
  static char path[] = "/nowhere"; // below 4 GB
  by_i386(172, PR_SET_NO_NEW_PRIVS, 1, 0);
  by_i386(5, (long)path, O_PATH, 0);
  by_i386(446, -1, 0, 0);
  by_i386(213, 0, 0, 0);
  by_i386(23, 0, 0, 0);
}
#endif

// A filter that answers landlock_restrict_self(2) with success.
static void filtered(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_restrict_self, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  CALL(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program, 0, 0);
  CALL(SYS_landlock_restrict_self, 77, 0, 0, 0, 0);
  CALL(SYS_unshare, CLONE_NEWNS, 0, 0, 0, 0);
}

// Confines itself, and its child executes.
static void confined_child(const char *file) {
  CALL(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &allow_all, 0, 0);
  if (fork() == 0)
    execlp("touch", "touch", file, (char *)0);
  wait(0);
}

static int calls_of_each;

static void *thread(void *ignored) {
  for (int i = 0; i < calls_of_each; ++i)
    CALL(SYS_openat, AT_FDCWD, "/nowhere", O_PATH, 0, 0);
  return ignored;
}

static void threads(int count) {
  pthread_t all[64];
  for (int i = 0; i < count && i < 64; ++i)
    pthread_create(&all[i], 0, thread, 0);
  for (int i = 0; i < count && i < 64; ++i)
    pthread_join(all[i], 0);
}

static void forks(int count) {
  for (int i = 0; i < count; ++i) {
    if (fork() == 0)
      _exit(i & 7);
    while (waitpid(-1, 0, WNOHANG) > 0)
      ;
  }
  while (wait(0) > 0)
    ;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  if (!strcmp(mode, "calls") && argc == 3)
    all_calls(argv[2]);
#ifdef __x86_64__
  else if (!strcmp(mode, "i386"))
    i386();
#endif
  else if (!strcmp(mode, "filtered"))
    filtered();
  else if (!strcmp(mode, "threads") && argc == 4) {
    calls_of_each = atoi(argv[3]);
    threads(atoi(argv[2]));
  } else if (!strcmp(mode, "forks") && argc == 3)
    forks(atoi(argv[2]));
  else if (!strcmp(mode, "confined-child") && argc == 3)
    confined_child(argv[2]);
  else
    return 2;
  return fflush(stdout) ? 1 : 0;
}
