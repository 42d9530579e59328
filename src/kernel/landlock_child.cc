#include "kernel/landlock_child.h"

#include "core/errno_name.h"
#include "kernel/landlock_call.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sbx {

namespace {

constexpr int ready_timeout_ms = 3000;

struct Answer {
  int error;
  unsigned layers, rules;
};

tl::unexpected<Refusal> refusal(int error, const std::string& step) {
  return tl::unexpected<Refusal>(Refusal{error, step + ": " + errno_name(error)});
}

// In the child, after fork: system calls only.
Answer enforce(const HandledMasks* layers, std::size_t count, const Fd* paths, std::size_t path_count,
               int abi) {
  Answer answer{};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    return {errno, 0, 0};
  for (std::size_t i = 0; i < count; ++i) {
    const int ruleset = landlock::create_ruleset({layers[i].fs, layers[i].net, layers[i].scoped}, abi);
    if (ruleset < 0)
      return {errno, answer.layers, answer.rules};
    for (std::size_t path = 0; i == 0 && path < path_count; ++path) {
      answer.rules += landlock::add_path(ruleset, paths[path].get(), layers[i].fs) == 0;
    }
    if (landlock::restrict_self(ruleset) != 0) {
      answer.error = answer.layers > 0 && errno == E2BIG ? 0 : errno;
      return answer;
    }
    ++answer.layers;
    close(ruleset);
  }
  return answer;
}

[[noreturn]] void live(int answer_fd, pid_t parent, const HandledMasks* layers, std::size_t count,
                       const Fd* paths, std::size_t path_count, int abi) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  const Answer answer = enforce(layers, count, paths, path_count, abi);
  if (write(answer_fd, &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer))
    _exit(1);
  // Nothing from here on that would copy the credentials: no fork, exec, setuid or access(2).
  for (;;)
    pause();
}

} // namespace

HandledMasks known_landlock_rights(int abi) {
  const unsigned fs = abi >= 9 ? 17 : abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
  const unsigned net = abi >= 10 ? 4 : abi >= 4 ? 2 : 0;
  const unsigned scoped = abi >= 6 ? 2 : 0;
  return {(1u << fs) - 1, (1u << net) - 1, (1u << scoped) - 1};
}

tl::expected<LandlockChild, Refusal> LandlockChild::start(std::vector<HandledMasks> layers,
                                                          const std::vector<Fd>& rule_paths, int abi) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC))
    return refusal(errno, "a pipe to a calibration child");
  LandlockChild child;
  child.answer_ = Fd(ends[0]);
  const Fd answer_end(ends[1]);
  child.layers_ = std::move(layers);
  const pid_t parent = getpid();
  child.pid_ = fork();
  if (child.pid_ == 0)
    live(answer_end.get(), parent, child.layers_.data(), child.layers_.size(), rule_paths.data(),
         rule_paths.size(), abi);
  if (child.pid_ < 0)
    return refusal(errno, "forking a calibration child");
  child.pidfd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0)));
  if (!child.pidfd_)
    return refusal(errno, "pidfd_open of a calibration child");
  return child;
}

LandlockChild::LandlockChild(LandlockChild&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), answer_(std::move(other.answer_)),
      layers_(std::move(other.layers_)), rules_(other.rules_) {}

LandlockChild::~LandlockChild() {
  if (pid_ <= 0)
    return;
  kill(pid_, SIGKILL); // not reaped yet, so the number is still its own
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

tl::expected<void, Refusal> LandlockChild::wait_ready() {
  pollfd ready{answer_.get(), POLLIN, 0};
  int polled = 0;
  do
    polled = poll(&ready, 1, ready_timeout_ms);
  while (polled < 0 && errno == EINTR);
  if (polled == 0)
    return refusal(ETIMEDOUT, "waiting for a calibration child");
  Answer answer{};
  if (read(answer_.get(), &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer))
    return refusal(ECHILD, "a calibration child died");
  if (answer.error == E2BIG)
    return tl::unexpected<Refusal>(Refusal{
        E2BIG, "we live under 16 Landlock layers ourselves, so no child of ours can add one to be measured: "
               "run outside that sandbox"});
  if (answer.error)
    return refusal(answer.error, "a calibration child could not enforce Landlock layers");
  layers_.resize(answer.layers);
  rules_ = answer.rules;
  return {};
}

} // namespace sbx
