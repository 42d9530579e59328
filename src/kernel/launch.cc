#include "kernel/launch.h"

#include "core/errno_name.h"
#include "core/escape.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <set>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto stopping = std::chrono::seconds(2), killing = std::chrono::seconds(10);
constexpr const char* ready_name = "SBX_READY_FD";

struct Pipe {
  Fd in, out;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return error(ErrorKind::failure, "making a pipe: " + errno_name(errno));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// What we changed for ourselves; what was ignored when we were started stays so, as it would across exec.
void reset_signals() {
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (const int ours : {SIGPIPE, SIGCHLD})
    sigaction(ours, &by_default, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

ssize_t read_some(int fd, void* to, std::size_t size) {
  ssize_t got = 0;
  do
    got = read(fd, to, size);
  while (got < 0 && errno == EINTR);
  return got;
}

[[noreturn]] void wait_and_execute(pid_t parent, int gate, int failure, char* const* arguments) {
  reset_signals();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char go = 0;
  if (getppid() != parent || read_some(gate, &go, 1) != 1)
    _exit(127);
  prctl(PR_SET_PDEATHSIG, 0);
  execvp(arguments[0], arguments);
  const int why = errno;
  (void)!write(failure, &why, sizeof why);
  _exit(127);
}

// Calls with(process) for each that was not seen before, until a look finds none.
template <class With> void each_once(const std::vector<pid_t>& except, With&& with) {
  std::set<std::pair<pid_t, std::uint64_t>> seen;
  const auto end = clock::now() + stopping;
  for (bool found = true; found && clock::now() < end;) {
    found = false;
    for (const TreeProcess& process : descendants(except))
      if (seen.emplace(process.pid, process.start).second && !process.zombie) {
        found = true;
        with(process);
      }
  }
}

} // namespace

Result<Launch> Launch::prepare(const std::vector<std::string>& command, bool ready_fd) {
  if (command.empty())
    return error(ErrorKind::usage, "there is no command to run");
  auto gate = make_pipe(), failure = make_pipe(), ready = make_pipe();
  for (const auto* each : {&gate, &failure, &ready})
    if (!*each)
      return tl::unexpected<Error>(each->error());
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
    return error(ErrorKind::failure, "becoming the reaper of what the command leaves: " + errno_name(errno));
  Launch launch;
  for (const TreeProcess& process : descendants({}))
    if (process.parent == getpid())
      launch.before_.push_back(process.pid);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  launch.pid_ = fork();
  if (launch.pid_ < 0)
    return error(ErrorKind::failure, "starting a process: " + errno_name(errno));
  if (launch.pid_ == 0) {
    gate->out = Fd();
    if (ready_fd) {
      fcntl(ready->out.get(), F_SETFD, 0);
      setenv(ready_name, std::to_string(ready->out.get()).c_str(), 1);
    }
    wait_and_execute(parent, gate->in.get(), failure->out.get(), arguments.data());
  }
  launch.pidfd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, launch.pid_, 0)));
  launch.gate_ = std::move(gate->out);
  launch.failure_ = std::move(failure->in);
  if (ready_fd)
    launch.ready_ = std::move(ready->in);
  if (!launch.pidfd_)
    return error(ErrorKind::failure, "holding the new process by a pidfd: " + errno_name(errno));
  return launch;
}

Launch::Launch(Launch&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), let_go_(other.let_go_), status_(other.status_),
      before_(std::move(other.before_)), pidfd_(std::move(other.pidfd_)), gate_(std::move(other.gate_)),
      failure_(std::move(other.failure_)), ready_(std::move(other.ready_)) {}

Launch::~Launch() {
  if (pid_ <= 0 || let_go_ || status_)
    return;
  kill(pid_, SIGKILL); // not yet reaped, so the number is still its own
  waitpid(pid_, nullptr, 0);
}

pid_t Launch::pid() const { return pid_; }
int Launch::pidfd() const { return pidfd_.get(); }
int Launch::ready_fd() const { return ready_.get(); }

Result<void> Launch::go() {
  const char go = 1;
  let_go_ = true;
  if (write(gate_.get(), &go, 1) != 1)
    return error(ErrorKind::failure, "letting the command go: " + errno_name(errno));
  gate_ = Fd();
  int why = 0;
  const ssize_t got = read_some(failure_.get(), &why, sizeof why);
  failure_ = Fd();
  if (got != sizeof why)
    return {};
  kill_all();
  return error(ErrorKind::failure, std::string("the command cannot be executed: ") + std::strerror(why));
}

void Launch::reap(pid_t pid) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended < 0 && errno == EINTR)
      continue;
    if (ended <= 0)
      return;
    if (ended == pid_)
      status_ = status;
  }
}

std::optional<int> Launch::ended() {
  if (before_.empty())
    reap(-1);
  else if (!status_)
    reap(pid_);
  return status_;
}

std::vector<TreeProcess> Launch::processes() const { return descendants(before_); }

void Launch::stop_all() {
  each_once(before_, [](const TreeProcess& process) { send_signal(process, SIGSTOP); });
}

void Launch::continue_all() {
  for (const TreeProcess& process : descendants(before_))
    send_signal(process, SIGCONT);
}

bool Launch::kill_all() {
  constexpr int pause_ms = 2;
  stop_all(); // what is stopped does not fork
  const auto end = clock::now() + killing;
  for (;;) {
    const auto left = descendants(before_);
    if (left.empty())
      return true;
    for (const TreeProcess& process : left) {
      if (!process.zombie)
        send_signal(process, SIGKILL);
      else if (process.parent == getpid())
        reap(process.pid);
    }
    if (clock::now() >= end)
      return false;
    poll(nullptr, 0, pause_ms);
  }
}

} // namespace sbx
