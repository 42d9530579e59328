/* crowd PROCESSES GROUPS: so many processes, in so many groups, each with namespaces of its own; "ready" when all are there.
 * They end with it. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void ends_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
}

static void member(int tell, int more) {
  const pid_t self = getpid();
  for (int i = 0; i < more; ++i)
    if (fork() == 0) {
      ends_with(self);
      close(tell);
      for (;;)
        pause();
    }
}

int main(int argc, char** argv) {
  const int processes = argc == 3 ? atoi(argv[1]) : 0, groups = argc == 3 ? atoi(argv[2]) : 0;
  int ends[2];
  if (processes < 1 || groups < 1 || pipe(ends) != 0)
    return 2;
  const pid_t self = getpid();
  for (int group = 0; group < groups; ++group)
    if (fork() == 0) {
      ends_with(self);
      if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
        _exit(1);
      member(ends[1], processes / groups - 1);
      if (write(ends[1], "r", 1) != 1)
        _exit(1);
      close(ends[1]);
      for (;;)
        pause();
    }
  close(ends[1]);
  char byte;
  int ready = 0;
  while (read(ends[0], &byte, 1) == 1)
    ++ready;
  printf("ready %d\n", ready);
  fflush(stdout);
  for (;;)
    pause();
}
