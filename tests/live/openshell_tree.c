/* The processes of an OpenShell sandbox, as its supervisor starts them: an agent and a session of ssh beside it in another
 * network namespace, a confined process in its own one, and a helper that is not confined. To be copied to a file that is
 * called openshell-sandbox, and to be the first process of its PID namespace. Prints "ready" when all are there. */
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { agent_uid = 1500 };

static void confine(void) {
  for (int cap = 0; cap <= 63; ++cap)
    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
  if (setgroups(0, NULL) != 0 || setgid(agent_uid) != 0 || setuid(agent_uid) != 0)
    _exit(1);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    _exit(1);
}

static void start(const char* name, int own_net, int confined, int tell) {
  if (fork() != 0)
    return;
  if (own_net && unshare(CLONE_NEWNET) != 0)
    _exit(1);
  if (confined)
    confine();
  prctl(PR_SET_NAME, name, 0, 0, 0);
  if (write(tell, "r", 1) != 1)
    _exit(1);
  for (;;)
    pause();
}

int main(void) {
  int ends[2];
  if (pipe(ends) != 0)
    return 1;
  start("agent", 1, 1, ends[1]);
  start("ssh-session", 1, 1, ends[1]);
  start("sidecar-agent", 0, 1, ends[1]);
  start("helper", 0, 0, ends[1]);
  for (int ready = 0; ready < 4; ++ready) {
    char byte;
    if (read(ends[0], &byte, 1) != 1)
      return 1;
  }
  puts("ready");
  fflush(stdout);
  for (;;)
    pause();
}
