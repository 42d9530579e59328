#include "cli/supervision.h"

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr auto look_every = std::chrono::milliseconds(50);

} // namespace

Result<News> Supervision::next(std::optional<clock::time_point> deadline) {
  for (;;) {
    if (auto looked = look(); !looked)
      return tl::unexpected<Error>(looked.error());
    // What was held comes first: a command may end while another process of its waits for us.
    if (!held_.empty()) {
      const pid_t process = held_.front();
      held_.pop_front();
      return News{News::What::held, process, 0};
    }
    if (const auto ready = take_ready())
      return *ready;
    if (status_)
      return News{News::What::ended, 0, *status_};
    const auto now = clock::now();
    if (deadline && now >= *deadline)
      return News{News::What::late, 0, 0};
    const auto until = std::min(now + look_every, deadline.value_or(now + look_every));
    std::array<pollfd, 4> ends{{{inbox_.fd(), POLLIN, 0},
                                {launch_.pidfd(), POLLIN, 0},
                                {ready_told_ ? -1 : launch_.ready_fd(), POLLIN, 0},
                                {log_ ? log_->tracer().ready_fd() : -1, POLLIN, 0}}};
    // Without a trace nothing has to be looked for: its ring buffer alone does not wake us for each event.
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    poll(ends.data(), ends.size(), log_ || deadline ? static_cast<int>(wait.count()) : -1);
  }
}

Result<void> Supervision::look() {
  while (const auto signal = inbox_.next())
    pass_on(*signal);
  status_ = launch_.ended(); // before the trace is taken: so all that it did is there
  if (!log_)
    return {};
  const auto took = log_->take([&](const TraceEvent& event) {
    if (event.call == "held" && event.ret.value_or(0) == 0)
      held_.push_back(static_cast<pid_t>(event.tgid));
  });
  return took ? Result<void>() : tl::unexpected<Error>(took.error());
}

void Supervision::pass_on(const SentSignal& signal) {
  if (signal.number == SIGCHLD)
    stop_with_it();
  else if (signal.by_a_process)
    syscall(SYS_pidfd_send_signal, launch_.pidfd(), signal.number, nullptr, 0);
}

// Where the terminal stopped the job, its shell waits for us to stop, too; what it then continues is the
// whole job.
void Supervision::stop_with_it() {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(launch_.pidfd()), &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0)
    return;
  if (info.si_status == SIGTSTP || info.si_status == SIGTTIN || info.si_status == SIGTTOU)
    raise(SIGSTOP);
}

std::optional<News> Supervision::take_ready() {
  pollfd ready{ready_told_ ? -1 : launch_.ready_fd(), POLLIN, 0};
  if (ready.fd < 0 || poll(&ready, 1, 0) <= 0)
    return std::nullopt;
  char byte = 0;
  const ssize_t got = read(ready.fd, &byte, 1);
  ready_told_ = true;
  return News{got == 1 ? News::What::ready : News::What::silent, launch_.pid(), 0};
}

void Supervision::pass_time(std::chrono::milliseconds time) {
  const auto end = clock::now() + time;
  while (clock::now() < end && look()) {
    if (launch_.ended() && launch_.processes().empty())
      return;
    poll(nullptr, 0, 10);
  }
}

} // namespace sbx
