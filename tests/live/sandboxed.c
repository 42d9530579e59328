// A process whose isolation is known, because it says on its command line what it puts on: the ground truth of the
// live and the kernel tests. Static and small, so that it runs on any kernel. Prints `ready PID key=value...` when all
// of it is in force, then waits to be killed, or runs COMMAND inside.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
    "usage: sandboxed [OPTION...] [-- COMMAND [ARG...]]\n"
    "  --landlock-layers N   enforce N Landlock layers\n"
    "  --handled-abi N       that handle the rights of ABI N (default: all of this kernel's)\n"
    "  --handled F:N:S       or just these file system, network and scope rights, in hex\n"
    "  --allow PATH          with a rule that allows everything beneath PATH\n"
    "  --rules N             with N more rules, each on a directory of its own\n"
    "  --ports N             with N rules on TCP ports\n"
    "  --no-new-privs        set no_new_privs, also without a filter or a layer\n"
    "  --filters N           install N seccomp filters; --strict: seccomp's strict mode\n"
    "  --drop-caps SETS      of effective,permitted,inheritable,bounding,ambient; or all\n"
    "  --unshare KINDS       of user,mnt,pid,net,ipc,uts,cgroup,time\n"
    "  --uid N               become this user and group\n"
    "  --keep-caps N,N       and keep these capabilities, by number, for COMMAND too\n"
    "  --thread-outside WHAT forget one thread when WHAT (landlock, seccomp, nnp) is put on\n"
    "  --threads N           start N more threads at the end\n"
    "  --comm NAME --stop --zombie\n";

static struct {
  int layers, handled_abi, rules, ports, filters, threads, uid;
  int no_new_privs, strict, stop, zombie;
  uint64_t handled[3]; // file system, network, scope
  int handled_given;
  const char *allow, *drop_caps, *keep_caps, *unshare, *outside, *comm;
} want = {.uid = -1};
static int abi, errata;
static pid_t told_pid; // as whoever started us sees it

static void die(const char *format, ...) {
  int error = errno;
  va_list args;
  va_start(args, format);
  fputs("sandboxed: ", stderr);
  vfprintf(stderr, format, args);
  fprintf(stderr, ": %s\n", strerror(error));
  exit(1);
}

static int listed(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
    if (!strncmp(at, word, length) && (at[length] == ',' || !at[length]))
      return 1;
  return 0;
}

static void *wait_for_ever(void *unused) {
  for (;;)
    pause();
  return unused;
}

static void start_thread(void) {
  pthread_t thread;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 16384);
  errno = pthread_create(&thread, &attr, wait_for_ever, NULL);
  if (errno)
    die("pthread_create");
}

// landlock(7); the rights that each ABI brought.
static void ask_landlock(void) {
  abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
  if (abi < 0)
    abi = -errno;
  errata = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 2);
  if (errata < 0)
    errata = -errno;
  int n = want.handled_abi && want.handled_abi < abi ? want.handled_abi : abi;
  if (want.handled_given || n <= 0)
    return;
  want.handled[0] = n >= 9 ? 0x1ffff : n >= 5 ? 0xffff : n >= 3 ? 0x7fff : n >= 2 ? 0x3fff : 0x1fff;
  want.handled[1] = n >= 10 ? 0xf : n >= 4 ? 0x3 : 0;
  want.handled[2] = n >= 6 ? 0x3 : 0;
}

static void add_path_rule(int ruleset, uint64_t access, const char *path) {
  struct {
    uint64_t access;
    int32_t fd;
  } __attribute__((packed)) rule = {access, open(path, O_PATH | O_CLOEXEC)};
  if (rule.fd < 0 || syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0))
    die("landlock_add_rule %s", path);
  close(rule.fd);
}

static void put_on_landlock(void) {
  char directories[want.rules + 1][32];
  if (want.layers && abi < 0)
    errno = -abi, die("landlock");
  for (int i = 0; i < want.rules; i++) {
    strcpy(directories[i], "/tmp/sandboxed-XXXXXX");
    if (!mkdtemp(directories[i]))
      die("mkdtemp");
  }
  // First every ruleset, then every layer: a layer may forbid to open what the next one's rules name.
  int rulesets[want.layers + 1];
  for (int i = 0; i < want.layers; i++) {
    rulesets[i] = (int)syscall(SYS_landlock_create_ruleset, want.handled, abi >= 6 ? 24 : abi >= 4 ? 16 : 8, 0);
    if (rulesets[i] < 0)
      die("landlock_create_ruleset");
    if (want.allow)
      add_path_rule(rulesets[i], want.handled[0], want.allow);
    for (int r = 0; r < want.rules; r++)
      add_path_rule(rulesets[i], want.handled[0] & 0xc, directories[r]);
    for (int p = 0; p < want.ports; p++) {
      uint64_t rule[2] = {want.handled[1] & 0x3, (uint64_t)(1000 + p)};
      if (syscall(SYS_landlock_add_rule, rulesets[i], 2, rule, 0))
        die("landlock_add_rule port");
    }
  }
  for (int r = 0; r < want.rules; r++)
    rmdir(directories[r]); // the rule keeps the inode
  for (int i = 0; i < want.layers; i++) {
    if (syscall(SYS_landlock_restrict_self, rulesets[i], 0))
      die("landlock_restrict_self");
    close(rulesets[i]);
  }
}

static void put_on_filters(void) {
  struct sock_filter code[] = { // acct(2) is refused, so that the filter is one
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  for (int i = 0; i < want.filters; i++)
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
      die("seccomp filter");
}

static void set_no_new_privs(void) {
  if ((want.no_new_privs || want.layers || want.filters) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    die("no_new_privs");
}

// The three that threads have each for itself. What a thread is to be outside of comes last, just after that thread.
static void put_on_layers(void) {
  static const struct {
    const char *name;
    void (*put_on)(void);
  } steps[] = {{"nnp", set_no_new_privs}, {"landlock", put_on_landlock}, {"seccomp", put_on_filters}};
  for (int last = 0; last < 2; last++)
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
      if (last == (want.outside && !strcmp(want.outside, steps[i].name))) {
        if (last)
          start_thread();
        steps[i].put_on();
      }
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0)
    die("%s", path);
  close(fd);
}

static void unshare_namespaces(void) {
  static const struct {
    const char *name;
    int flag;
  } kinds[] = {{"user", CLONE_NEWUSER}, {"mnt", CLONE_NEWNS},   {"pid", CLONE_NEWPID},       {"net", CLONE_NEWNET},
               {"ipc", CLONE_NEWIPC},   {"uts", CLONE_NEWUTS}, {"cgroup", CLONE_NEWCGROUP}, {"time", 0x80}};
  int flags = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    flags |= listed(want.unshare, kinds[i].name) ? kinds[i].flag : 0;
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (unshare(flags))
    die("unshare %s", want.unshare);
  if (flags & CLONE_NEWUSER) {
    char map[64];
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
  }
  if (!(flags & (CLONE_NEWPID | 0x80)))
    return;
  // Only children are in the new PID and time namespaces: the child goes on, this process waits for it.
  int number[2];
  if (pipe2(number, O_CLOEXEC))
    die("pipe");
  pid_t child = fork();
  if (child < 0)
    die("fork");
  if (!child) {
    if (read(number[0], &told_pid, sizeof told_pid) != sizeof told_pid)
      die("read");
    return;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (write(number[1], &child, sizeof child) != sizeof child)
    die("write");
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void drop_capabilities(void) {
  int all = listed(want.drop_caps, "all");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (all || listed(want.drop_caps, "bounding"))
    for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
      if (prctl(PR_CAPBSET_DROP, c, 0, 0, 0))
        die("PR_CAPBSET_DROP %d", c);
  if (all || listed(want.drop_caps, "ambient"))
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capget, &header, data))
    die("capget");
  for (int i = 0; i < 2; i++) {
    if (all || listed(want.drop_caps, "inheritable"))
      data[i].inheritable = 0;
    if (all || listed(want.drop_caps, "effective"))
      data[i].effective = 0;
    if (all || listed(want.drop_caps, "permitted"))
      data[i].effective = data[i].permitted = 0;
  }
  if (syscall(SYS_capset, &header, data))
    die("capset");
}

static void become_user(void) {
  gid_t id = (gid_t)want.uid;
  if (want.keep_caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    die("PR_SET_KEEPCAPS");
  if (setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id))
    die("uid %d", want.uid);
}

// These and no others, inheritable and ambient too, so that an exec keeps them.
static void keep_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  for (const char *at = want.keep_caps; *at; at += strcspn(at, ","), at += *at == ',')
    data[atoi(at) / 32].permitted |= 1u << atoi(at) % 32;
  for (int i = 0; i < 2; i++)
    data[i].effective = data[i].inheritable = data[i].permitted;
  if (syscall(SYS_capset, &header, data))
    die("capset %s", want.keep_caps);
  for (const char *at = want.keep_caps; *at; at += strcspn(at, ","), at += *at == ',')
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, atoi(at), 0, 0))
      die("PR_CAP_AMBIENT_RAISE %s", at);
}

static void parse(int argc, char **argv) {
  static const struct option options[] = {
      {"landlock-layers", 1, 0, 'l'}, {"handled-abi", 1, 0, 'a'}, {"handled", 1, 0, 'h'}, {"allow", 1, 0, 'w'},
      {"rules", 1, 0, 'r'},           {"ports", 1, 0, 'p'},       {"filters", 1, 0, 'f'}, {"strict", 0, 0, 'S'},
      {"no-new-privs", 0, 0, 'n'},    {"drop-caps", 1, 0, 'd'},   {"unshare", 1, 0, 'u'}, {"uid", 1, 0, 'i'},
      {"thread-outside", 1, 0, 'o'},  {"threads", 1, 0, 't'},     {"comm", 1, 0, 'c'},    {"stop", 0, 0, 's'},
      {"zombie", 0, 0, 'z'},          {"keep-caps", 1, 0, 'k'},   {0}};
  unsigned long long f, n, s;
  for (int option; (option = getopt_long(argc, argv, "+", options, NULL)) >= 0;)
    switch (option) {
    case 'l': want.layers = atoi(optarg); break;
    case 'a': want.handled_abi = atoi(optarg); break;
    case 'h':
      if (sscanf(optarg, "%llx:%llx:%llx", &f, &n, &s) != 3)
        fputs(usage, stderr), exit(2);
      want.handled[0] = f, want.handled[1] = n, want.handled[2] = s, want.handled_given = 1;
      break;
    case 'w': want.allow = optarg; break;
    case 'r': want.rules = atoi(optarg); break;
    case 'p': want.ports = atoi(optarg); break;
    case 'f': want.filters = atoi(optarg); break;
    case 'S': want.strict = 1; break;
    case 'n': want.no_new_privs = 1; break;
    case 'd': want.drop_caps = optarg; break;
    case 'u': want.unshare = optarg; break;
    case 'i': want.uid = atoi(optarg); break;
    case 'k': want.keep_caps = optarg; break;
    case 'o': want.outside = optarg; break;
    case 't': want.threads = atoi(optarg); break;
    case 'c': want.comm = optarg; break;
    case 's': want.stop = 1; break;
    case 'z': want.zombie = 1; break;
    default: fputs(usage, stderr), exit(2);
    }
}

int main(int argc, char **argv) {
  parse(argc, argv);
  told_pid = getpid();
  if (want.unshare)
    unshare_namespaces();
  ask_landlock();
  if (want.comm && prctl(PR_SET_NAME, want.comm))
    die("PR_SET_NAME");
  if (!want.outside || strcmp(want.outside, "nnp"))
    set_no_new_privs();
  if (want.drop_caps)
    drop_capabilities();
  if (want.uid >= 0)
    become_user();
  if (want.keep_caps)
    keep_capabilities();
  put_on_layers();
  for (int i = 0; i < want.threads; i++)
    start_thread();
  if (want.zombie) {
    siginfo_t info;
    told_pid = fork();
    if (!told_pid)
      _exit(0);
    waitid(P_PID, (id_t)told_pid, &info, WEXITED | WNOWAIT); // dead, and left unburied
  }
  if (argv[optind]) {
    execvp(argv[optind], argv + optind);
    die("exec %s", argv[optind]);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char line[256];
  int length = snprintf(line, sizeof line, "ready %d abi=%d errata=%d layers=%d fs=%#llx net=%#llx scoped=%#llx\n", told_pid,
                        abi, errata, want.layers, (unsigned long long)want.handled[0],
                        (unsigned long long)want.handled[1], (unsigned long long)want.handled[2]);
  if (want.strict && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
    die("strict");
  if (write(1, line, (size_t)length) != length) // strict mode allows read, write and exit(2) alone
    syscall(SYS_exit, 1);
  if (want.stop)
    raise(SIGSTOP);
  while (want.strict && read(0, line, sizeof line) > 0)
    ;
  if (want.strict)
    syscall(SYS_exit, 0);
  wait_for_ever(NULL);
}
