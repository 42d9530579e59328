#include "kernel/child.h"

#include "kernel/fd.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int patience_ms = 200; // with a child that was killed

int left_until(clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left, 0));
}

ChildAnswer collect(int in, const ChildLimits& limits) {
  const auto end = clock::now() + std::chrono::milliseconds(limits.deadline_ms);
  const auto quiet = [&] {
    return limits.quiet_ms > 0 ? std::min(end, clock::now() + std::chrono::milliseconds(limits.quiet_ms))
                               : end;
  };
  auto next = quiet();
  ChildAnswer answer;
  const auto cut = [&](int error, const char* detail = "") {
    answer.cut = Refusal{error, detail};
    return answer;
  };
  while (answer.bytes.size() <= limits.most_bytes) {
    pollfd events{in, POLLIN, 0};
    const int left = left_until(next);
    const int ready = left > 0 ? poll(&events, 1, left) : 0;
    if (ready == 0)
      return cut(ETIMEDOUT, "a trial in a child process did not end in time");
    if (ready < 0 && errno != EINTR)
      return cut(errno);
    if (ready < 0)
      continue;
    char part[65536];
    const ssize_t got = read(in, part, sizeof part);
    if (got == 0)
      return answer;
    if (got < 0 && errno != EINTR)
      return cut(errno);
    answer.bytes.append(part, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    next = quiet();
  }
  return cut(EFBIG);
}

// Children that SIGKILL did not end in time. Once they end they are zombies, until somebody looks here.
std::vector<pid_t>
    left_behind; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): it is the process's

bool reaped(pid_t child) {
  pid_t ended = 0;
  do
    ended = waitpid(child, nullptr, WNOHANG);
  while (ended < 0 && errno == EINTR);
  return ended != 0; // an error too: then it is not our child any more
}

void end(pid_t child, int pidfd) {
  kill(child, SIGKILL); // not yet reaped, so the pid is still this child's
  const auto until = clock::now() + std::chrono::milliseconds(patience_ms);
  while (!reaped(child)) {
    const int left = left_until(until);
    if (left == 0) {
      left_behind.push_back(child);
      return;
    }
    pollfd ended{pidfd, POLLIN, 0}; // without a pidfd: -1, which poll(2) passes over
    poll(&ended, 1, pidfd >= 0 ? left : 1);
  }
}

// A child that is left behind would keep them open, and who reads our output to its end would wait for ever.
void leave_standard_descriptors(int out) {
  for (int fd = 0; fd <= 2; ++fd) {
    struct stat kind {};
    if (fd != out && fstat(fd, &kind) == 0 &&
        (S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode) || S_ISCHR(kind.st_mode)))
      close(fd);
  }
}

} // namespace

ChildAnswer hear_child(const std::function<void(int)>& work, const ChildLimits& limits) {
  std::erase_if(left_behind, reaped);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return {{}, Refusal{errno, "making a pipe"}};
  Fd in(ends[0]), out(ends[1]);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0)
    return {{}, Refusal{errno, "starting a child process"}};
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    in = Fd();
    leave_standard_descriptors(out.get());
    if (getppid() == parent)
      work(out.get());
    _exit(0);
  }
  out = Fd();
  const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  ChildAnswer answer = collect(in.get(), limits);
  end(child, pidfd.get());
  return answer;
}

Reading ask_child(const std::function<void(int)>& work, int deadline_ms) {
  ChildAnswer answer = hear_child(work, {.deadline_ms = deadline_ms});
  if (answer.cut)
    return tl::unexpected<Refusal>(std::move(*answer.cut));
  return std::move(answer.bytes);
}

} // namespace sbx
