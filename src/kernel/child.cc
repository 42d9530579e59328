#include "kernel/child.h"

#include "kernel/fd.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_answer = 64 * 1024;

// Appends to the answer until its end; why it stopped before that, or nothing.
std::optional<Refusal> collect(int in, int deadline_ms, std::size_t most, std::string& answer) {
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + std::chrono::milliseconds(deadline_ms);
  while (answer.size() <= most) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    pollfd events{in, POLLIN, 0};
    const int ready = left > 0 ? poll(&events, 1, static_cast<int>(left)) : 0;
    if (ready == 0)
      return Refusal{ETIMEDOUT, "a trial in a child process did not end in time"};
    if (ready < 0 && errno != EINTR)
      return Refusal{errno, {}};
    if (ready < 0)
      continue;
    char part[16384];
    const ssize_t got = read(in, part, sizeof part);
    if (got == 0)
      return std::nullopt;
    if (got > 0)
      answer.append(part, static_cast<std::size_t>(got));
    else if (errno != EINTR)
      return Refusal{errno, {}};
  }
  return Refusal{EFBIG, {}};
}

std::optional<Refusal> ask(const std::function<void(int)>& work, int deadline_ms, std::size_t most,
                           std::string& answer) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Refusal{errno, "making a pipe"};
  Fd in(ends[0]), out(ends[1]);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0)
    return Refusal{errno, "starting a child process"};
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
      work(out.get());
    _exit(0);
  }
  out = Fd();
  std::optional<Refusal> stopped = collect(in.get(), deadline_ms, most, answer);
  kill(child, SIGKILL); // not yet reaped, so the pid is still this child's
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return stopped;
}

} // namespace

Reading ask_child(const std::function<void(int)>& work, int deadline_ms) {
  std::string answer;
  if (auto stopped = ask(work, deadline_ms, most_answer, answer))
    return tl::unexpected<Refusal>(std::move(*stopped));
  return answer;
}

ChildAnswer ask_child_partly(const std::function<void(int)>& work, int deadline_ms, std::size_t most) {
  ChildAnswer answer;
  if (const auto stopped = ask(work, deadline_ms, most, answer.text))
    answer.stopped = stopped->error;
  return answer;
}

} // namespace sbx
