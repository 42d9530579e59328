#include "kernel/child.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sbx;

namespace {

constexpr int plenty_ms = 10'000;

void say(int out, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = write(out, text.data() + at, text.size() - at);
    if (wrote <= 0)
      return;
    at += static_cast<std::size_t>(wrote);
  }
}

bool no_child_left() { return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

} // namespace

TEST_CASE("child: what it writes comes back, and it is reaped") {
  CHECK(ask_child([](int out) { say(out, std::string("a\0b", 3)); }, plenty_ms) == std::string("a\0b", 3));
  CHECK(ask_child([](int) {}, plenty_ms) == "");
  CHECK(no_child_left());
}

TEST_CASE("child: what it does to itself does not happen to us") {
  const pid_t us = getpid();
  const Reading pid = ask_child(
      [](int out) {
        if (chdir("/") == 0)
          say(out, std::to_string(getpid()));
      },
      plenty_ms);
  REQUIRE(pid);
  CHECK(*pid != std::to_string(us));
}

TEST_CASE("child: one that does not end is killed at the deadline, and that is said") {
  const auto before = std::chrono::steady_clock::now();
  const Reading answer = ask_child(
      [](int out) {
        say(out, "half an ans");
        while (true)
          pause();
      },
      100);
  const auto took = std::chrono::steady_clock::now() - before;
  REQUIRE_FALSE(answer);
  CHECK(answer.error().error == ETIMEDOUT);
  CHECK(took >= std::chrono::milliseconds(90));
  CHECK(took < std::chrono::seconds(5));
  CHECK(no_child_left());
}

TEST_CASE("child: one that blocks every signal is killed all the same") {
  const Reading answer = ask_child(
      [](int) {
        sigset_t every;
        sigfillset(&every);
        sigprocmask(SIG_SETMASK, &every, nullptr);
        while (true)
          pause();
      },
      100);
  CHECK(answer.error().error == ETIMEDOUT);
  CHECK(no_child_left());
}

TEST_CASE(
    "child: one that is killed gives what it wrote before, so a whole answer must say that it is whole") {
  const Reading answer = ask_child(
      [](int out) {
        say(out, "first\n");
        raise(SIGKILL);
        say(out, "second\n");
      },
      plenty_ms);
  CHECK(answer == "first\n");
  CHECK(no_child_left());
}

TEST_CASE("child: one that closes its end early ends the answer and is not waited for") {
  const auto before = std::chrono::steady_clock::now();
  const Reading answer = ask_child(
      [](int out) {
        say(out, "done");
        close(out);
        while (true)
          pause();
      },
      plenty_ms);
  CHECK(answer == "done");
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
  CHECK(no_child_left());
}

TEST_CASE("child: a big answer comes whole, and one over the bound is refused and not cut") {
  const Reading big = ask_child([](int out) { say(out, std::string(60'000, 'x')); }, plenty_ms);
  REQUIRE(big);
  CHECK(big->size() == 60'000);
  const Reading endless = ask_child(
      [](int out) {
        while (true)
          say(out, std::string(4096, 'x'));
      },
      plenty_ms);
  REQUIRE_FALSE(endless);
  CHECK(endless.error().error == EFBIG);
  CHECK(no_child_left());
}

TEST_CASE("child: one that goes on answering is not cut off for being slow, one that falls silent is") {
  const auto slow = hear_child(
      [](int out) {
        for (int i = 0; i < 6; ++i) {
          usleep(50'000);
          say(out, "x");
        }
      },
      {.deadline_ms = plenty_ms, .quiet_ms = 200});
  CHECK_FALSE(slow.cut);
  CHECK(slow.bytes == "xxxxxx");
  const auto silent = hear_child(
      [](int out) {
        say(out, "half an ans");
        pause();
      },
      {.deadline_ms = plenty_ms, .quiet_ms = 100});
  REQUIRE(silent.cut);
  CHECK(silent.cut->error == ETIMEDOUT);
  CHECK(silent.bytes == "half an ans");
  CHECK(no_child_left());
}

TEST_CASE("child: one that never falls silent still has a deadline, and a bound of its own") {
  const auto talks = [](int out) {
    while (true)
      say(out, "x");
  };
  const auto before = std::chrono::steady_clock::now();
  const auto late =
      hear_child(talks, {.deadline_ms = 100, .quiet_ms = 5000, .most_bytes = std::size_t(1) << 30});
  CHECK(late.cut->error == ETIMEDOUT);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(3));
  const auto big = hear_child([](int out) { say(out, std::string(200'000, 'x')); },
                              {.deadline_ms = plenty_ms, .most_bytes = 200'000});
  CHECK_FALSE(big.cut);
  CHECK(big.bytes.size() == 200'000);
  CHECK(no_child_left());
}

TEST_CASE("child: it holds no pipe of ours that somebody reads to its end") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int kept = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  const Reading answer =
      ask_child([](int out) { say(out, fcntl(STDERR_FILENO, F_GETFD) < 0 ? "none" : "held"); }, plenty_ms);
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(ends[0]);
  CHECK(answer == "none");
}

TEST_CASE("child: a deadline of nothing is over at once") {
  CHECK(ask_child([](int) { pause(); }, 0).error().error == ETIMEDOUT);
  CHECK(ask_child([](int) { pause(); }, -1).error().error == ETIMEDOUT);
  CHECK(no_child_left());
}
