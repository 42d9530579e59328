// Which process has just the descriptors that a test gives it? A child that holds none but those.
#pragma once

#include "kernel/live_fds.h"
#include "parse/fds.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

// A child of ours that prepares itself, says so, and waits to be killed.
class Held {
public:
  explicit Held(const std::function<void()>& prepare) {
    int ready[2];
    REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      closefrom_but(ready[1]);
      prepare();
      [[maybe_unused]] const ssize_t said = write(ready[1], "x", 1);
      close(ready[1]);
      while (true)
        pause();
    }
    close(ready[1]);
    char got = 0;
    const ssize_t length = read(ready[0], &got, 1);
    close(ready[0]);
    REQUIRE(length == 1);
  }
  ~Held() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

  Fds fds() const {
    const auto target = ProcTarget::open(pid_);
    REQUIRE(target);
    const Reading text = read_fds(*target);
    REQUIRE(text);
    auto parsed = parse_fds(*text);
    INFO(*text);
    REQUIRE(parsed);
    return *parsed;
  }

private:
  static void closefrom_but(int kept) {
    for (int fd = 0; fd < 256; ++fd)
      if (fd != kept)
        close(fd);
  }
  pid_t pid_ = -1;
};

// For that child: at a number that nothing else has.
inline void at(int number, int fd) {
  if (fd < 0 || dup2(fd, number) != number)
    _exit(1);
  close(fd);
}

} // namespace sbx
