#include "rules/seccomp_trial.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace sbx {

namespace {

struct Row {
  std::string_view attempt;
  std::array<int, 3> kernel; // what kernels answer, checked before every permission
};

constexpr std::array rows{
    Row{"unassigned", {ENOSYS}},
    Row{"keyctl", {EOPNOTSUPP}},                  // security/keys/keyctl.c: an operation that there is not
    Row{"add_key", {EFAULT, EINVAL}},             // the name of the type is copied first
    Row{"unshare", {EINVAL}},                     // kernel/fork.c, check_unshare_flags()
    Row{"setns", {EBADF, EINVAL}},                // kernel/nsproxy.c
    Row{"ptrace", {ESRCH, EIO}},                  // kernel/ptrace.c: the process is looked for first
    Row{"process_vm_readv", {EINVAL}},            // mm/process_vm_access.c: flags first
    Row{"perf_event_open", {EINVAL, EOPNOTSUPP}}, // kernel/events/core.c: flags first
    Row{"name_to_handle_at", {EINVAL}},           // fs/fhandle.c: flags first
    Row{"connect", {EBADF}},                      // net/socket.c: the descriptor first
    Row{"bind", {EBADF}},
    Row{"io_uring_enter", {EBADF, EINVAL}},
    Row{"io_uring_register", {EBADF, EINVAL}},
    Row{"execveat", {EFAULT, EBADF, ENOENT}}, // fs/exec.c: the name is copied first
    Row{"memfd_create", {EINVAL, EFAULT}},    // mm/memfd.c: flags first
    Row{"clock_settime", {EINVAL, EFAULT}},   // kernel/time/posix-timers.c: the clock first
    Row{"landlock_create_ruleset", {EINVAL, EOPNOTSUPP, EFAULT}},
};

} // namespace

bool proves_refusal(std::string_view attempt, int error) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& it) { return it.attempt == attempt; });
  const bool means =
      error == ETIMEDOUT || error == EAGAIN || error == ENOMEM || error == EINTR; // for want of something
  if (row == rows.end() || means || (error == ENOSYS && attempt != rows.front().attempt))
    return false;
  return error == 0 || std::find(row->kernel.begin(), row->kernel.end(), error) == row->kernel.end();
}

} // namespace sbx
