// ruled DIRECTORY RULES LAYERS: a process under LAYERS Landlock layers with RULES rules on files and directories that
// it makes below DIRECTORY, one on `/` and, where the kernel has them, five on ports. Prints what each layer was asked
// to grant, with what it handles, then `ready PID`, and waits to be killed. Static and small: the ground truth about
// rules on every kernel.
//   handles LAYER FS NET SCOPE                            in hex
//   path MAJOR:MINOR INODE PATH LAYER=ACCESS...           as asked
//   port PORT LAYER=ACCESS...
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { create_nr = 444, add_rule_nr = 445, restrict_self_nr = 446, most_layers = 16, ports = 5, first_port = 8000 };

struct path_beneath {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

struct net_port {
  uint64_t allowed, port;
};

static void die(const char *what) {
  fprintf(stderr, "ruled: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t file_rights(int abi) { return 0x7 | (abi >= 3 ? 1 << 14 : 0) | (abi >= 5 ? 1 << 15 : 0) | (abi >= 9 ? 1 << 16 : 0); }

// What layer `layer` is asked to grant on the i-th path; 0: it has no rule on it.
static uint64_t wanted(unsigned i, unsigned layer, uint64_t all, int is_file, int abi) {
  if (i % (layer + 1))
    return 0;
  uint64_t access = (i * 2654435761u >> (layer + 3)) & all & (is_file ? file_rights(abi) : all);
  return access ? access : 1;
}

static void make_path(char *path, size_t size, const char *directory, unsigned i) {
  snprintf(path, size, "%s/d%u", directory, i % 7);
  mkdir(path, 0755);
  snprintf(path, size, "%s/d%u/sub%05u", directory, i % 7, i);
  mkdir(path, 0755);
  if (i % 5 == 0) {
    strcat(path, "/file");
    close(open(path, O_CREAT | O_WRONLY, 0644));
  }
}

static void add_path(int ruleset, const char *path, uint64_t access) {
  struct path_beneath rule = {.allowed = access, .parent = open(path, O_PATH | O_CLOEXEC)};
  if (rule.parent < 0 || syscall(add_rule_nr, ruleset, 1, &rule, 0))
    die(path);
  close(rule.parent);
}

int main(int count, char **args) {
  if (count != 4)
    return fputs("usage: ruled DIRECTORY RULES LAYERS\n", stderr), 2;
  const char *directory = args[1];
  unsigned rules = atoi(args[2]), layers = atoi(args[3]);
  int abi = syscall(create_nr, NULL, 0, 1);
  if (abi < 1)
    die("no Landlock");
  uint64_t fs = (1ull << (abi >= 9 ? 17 : abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13)) - 1;
  uint64_t net = abi >= 4 ? 3 : 0;
  char path[4096];
  mkdir(directory, 0755);
  for (unsigned i = 0; i < rules; ++i)
    make_path(path, sizeof path, directory, i);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    die("no_new_privs");
  for (unsigned i = 0; i <= rules; ++i) {
    if (i < rules)
      make_path(path, sizeof path, directory, i);
    struct stat status;
    if (stat(i < rules ? path : "/", &status))
      die(path);
    printf("path %u:%u %llu %s", major(status.st_dev), minor(status.st_dev), (unsigned long long)status.st_ino,
           i < rules ? path : "/");
    for (unsigned layer = 0; layer < layers; ++layer) {
      uint64_t access = i < rules ? wanted(i, layer, fs, i % 5 == 0, abi) : 0xc;
      if (access)
        printf(" %u=%llx", layer + 1, (unsigned long long)access);
    }
    puts("");
  }
  for (unsigned port = 0; net && port < ports; ++port) {
    printf("port %u", first_port + port);
    for (unsigned layer = 0; layer < layers; ++layer)
      printf(" %u=%x", layer + 1, 1 + (port + layer) % 3);
    puts("");
  }
  for (unsigned layer = 0; layer < layers; ++layer) {
    uint64_t scope = abi >= 6 && layer + 1 == layers ? 3 : 0, handled[3] = {fs, net, scope};
    int ruleset = syscall(create_nr, handled, abi >= 6 ? 24 : abi >= 4 ? 16 : 8, 0);
    if (ruleset < 0)
      die("create_ruleset");
    for (unsigned i = 0; i < rules; ++i) {
      uint64_t access = wanted(i, layer, fs, i % 5 == 0, abi);
      if (!access)
        continue;
      snprintf(path, sizeof path, "%s/d%u/sub%05u%s", directory, i % 7, i, i % 5 ? "" : "/file");
      add_path(ruleset, path, access);
    }
    add_path(ruleset, "/", 0xc);
    for (unsigned port = 0; net && port < ports; ++port) {
      struct net_port rule = {1 + (port + layer) % 3, first_port + port};
      if (syscall(add_rule_nr, ruleset, 2, &rule, 0))
        die("port");
    }
    if (syscall(restrict_self_nr, ruleset, 0))
      die("restrict_self");
    close(ruleset);
    printf("handles %u %llx %llx %llx\n", layer + 1, (unsigned long long)fs, (unsigned long long)net, (unsigned long long)scope);
  }
  printf("ready %d\n", getpid());
  fflush(stdout);
  for (;;)
    pause();
}
