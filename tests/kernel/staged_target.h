// Where do tests find a process in a mount situation of its own? In a child with a private mount namespace,
// in which it does what it is told and then waits. The host's mounts stay as they are.
#pragma once

#include "kernel/proc_target.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

class StagedTarget {
public:
  // `stage` gives true when the situation is there; `live` is what the process does from then on.
  explicit StagedTarget(
      const std::function<bool()>& stage, const std::function<void()>& live = [] {}) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return;
    pid_ = fork();
    if (pid_ == 0) {
      const bool staged = unshare(CLONE_NEWNS) == 0 &&
                          mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 && stage();
      if (write(ends[1], staged ? "y" : "n", 1) == 1 && staged) {
        close(ends[0]);
        close(ends[1]);
        live();
        while (true)
          pause();
      }
      _exit(1);
    }
    close(ends[1]);
    char answer = 'n';
    staged_ = read(ends[0], &answer, 1) == 1 && answer == 'y';
    close(ends[0]);
  }
  ~StagedTarget() { end(); }
  StagedTarget(const StagedTarget&) = delete;
  StagedTarget& operator=(const StagedTarget&) = delete;

  void end() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
  }
  explicit operator bool() const { return staged_; }
  pid_t pid() const { return pid_; }
  ProcTarget target() const {
    auto target = ProcTarget::open(pid_);
    INFO((target ? "" : target.error().text));
    REQUIRE(target);
    return std::move(*target);
  }

private:
  pid_t pid_ = -1;
  bool staged_ = false;
};

// Mounts need root; without it there is nothing to test here, and with it there is.
#define SBX_STAGED_OR_RETURN(target)                                                                         \
  if (!(target)) {                                                                                           \
    REQUIRE(geteuid() != 0);                                                                                 \
    WARN("not staged: this needs root and the mounts it makes");                                             \
    return;                                                                                                  \
  }

} // namespace sbx
