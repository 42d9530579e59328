#include "kernel/filter_trials.h"

#include "kernel/fd.h"
#include "kernel/trial_steps.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr long no_operation = 0xffff;
constexpr unsigned wait_killable = 1 << 5; // SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, 5.19
constexpr int told = ENOANO;               // no kernel answers getsid(2) so
constexpr int patience_ms = 300;

using Program = std::array<sock_filter, 4>;

// Everything is allowed, but getsid(2) comes to `action`.
Program program(unsigned action) {
  return {sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
          sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, static_cast<unsigned>(SYS_getsid)},
          sock_filter{BPF_RET | BPF_K, 0, 0, action}, sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
}

long put_on(unsigned action, unsigned flags) {
  Program code = program(action);
  sock_fprog whole{code.size(), code.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &whole);
}

int no_new_privs() { return outcome_of(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int holds() { return syscall(SYS_getsid, 0) == -1 && errno == told ? 0 : no_effect; }

int by_seccomp() {
  no_new_privs(); // whether that works is asked for itself; root needs it not
  const long came = put_on(SECCOMP_RET_ERRNO | told, 0);
  return came != 0 ? outcome_of(came) : holds();
}

int by_prctl() {
  no_new_privs();
  Program code = program(SECCOMP_RET_ERRNO | told);
  sock_fprog whole{code.size(), code.data()};
  const int came = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0);
  return came != 0 ? outcome_of(came) : holds();
}

// Waits for the notification, and answers it with `told`.
int answer(int listener) {
  pollfd ready{listener, POLLIN, 0};
  if (poll(&ready, 1, patience_ms) != 1)
    return ETIMEDOUT;
  seccomp_notif asked{};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
    return errno;
  seccomp_notif_resp said{};
  said.id = asked.id;
  said.error = -told;
  return outcome_of(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said));
}

// The child of this process is asked about; it inherits the filter.
int by_notification() {
  no_new_privs();
  const Fd listener(static_cast<int>(put_on(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER)));
  if (!listener)
    return errno;
  const pid_t child = fork();
  if (child < 0)
    return errno;
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(holds() == 0 ? 0 : 1);
  }
  const int came = answer(listener.get());
  if (came != 0)
    kill(child, SIGKILL);
  int status = 1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return came != 0 ? came : status == 0 ? 0 : no_effect;
}

int by_killable_notification() {
  no_new_privs();
  const Fd listener(
      static_cast<int>(put_on(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER | wait_killable)));
  return listener ? 0 : errno;
}

int available(unsigned action) {
  return outcome_of(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

struct Action {
  const char* id;
  unsigned value;
};

constexpr Action actions[] = {{"action.kill_process", SECCOMP_RET_KILL_PROCESS},
                              {"action.kill_thread", SECCOMP_RET_KILL_THREAD},
                              {"action.trap", SECCOMP_RET_TRAP},
                              {"action.errno", SECCOMP_RET_ERRNO},
                              {"action.user_notif", SECCOMP_RET_USER_NOTIF},
                              {"action.trace", SECCOMP_RET_TRACE},
                              {"action.log", SECCOMP_RET_LOG},
                              {"action.allow", SECCOMP_RET_ALLOW}};

} // namespace

std::string try_filters(std::chrono::steady_clock::time_point end) {
  std::vector<TrialStep> asked{
      {"seccomp.bad", [] { return outcome_of(syscall(SYS_seccomp, no_operation, 0, nullptr)); }, {}},
      {"seccomp.filter.bad",
       [] { return outcome_of(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nullptr)); },
       {}},
      {"no_new_privs", no_new_privs, {}},
  };
  for (const Action& action : actions)
    asked.push_back({action.id, [=] { return available(action.value); }, {}});
  // Each in a child of its own: what one put on stays.
  return try_steps(asked, end) + try_steps({{"seccomp.filter", by_seccomp, {}}}, end) +
         try_steps({{"seccomp.prctl", by_prctl, {}}}, end) +
         try_steps({{"seccomp.notify", by_notification, {}}}, end) +
         try_steps({{"seccomp.notify_killable", by_killable_notification, {}}}, end);
}

} // namespace sbx
