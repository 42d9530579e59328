#include "kernel/launch.h"
#include "kernel/process_tree.h"
#include "scratch.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using sbx::Launch;
using sbx::Scratch;

namespace {

using namespace std::chrono_literals;

Launch shell(const std::string& script, bool ready_fd = false) {
  auto launch = Launch::prepare({"sh", "-c", script}, ready_fd);
  REQUIRE(launch);
  return std::move(*launch);
}

template <class Test> bool within(std::chrono::milliseconds time, Test&& test) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!test()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

int status_of(Launch& launch) {
  REQUIRE(within(10s, [&] { return launch.ended().has_value(); }));
  return *launch.ended();
}

std::string word_of(const std::string& path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
}

std::string state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; file >> word;)
    if (word == "State:" && file >> word)
      return word;
  return "";
}

} // namespace

TEST_CASE("launch: the command executes nothing before it is let go") {
  const Scratch scratch;
  Launch launch = shell("touch " + scratch.path("mark"));
  std::this_thread::sleep_for(50ms);
  CHECK_FALSE(std::filesystem::exists(scratch.path("mark")));
  CHECK_FALSE(launch.ended());
  REQUIRE(launch.go());
  CHECK(status_of(launch) == 0);
  CHECK(std::filesystem::exists(scratch.path("mark")));
}

TEST_CASE("launch: a child that is never let go is gone") {
  pid_t pid = 0;
  {
    Launch launch = shell("exit 0");
    pid = launch.pid();
    CHECK(kill(pid, 0) == 0);
  }
  CHECK(kill(pid, 0) != 0);
}

TEST_CASE("launch: exit status and signal of the command are told") {
  Launch seven = shell("exit 7");
  REQUIRE(seven.go());
  CHECK(WEXITSTATUS(status_of(seven)) == 7);
  Launch killed = shell("kill -TERM $$");
  REQUIRE(killed.go());
  CHECK(WTERMSIG(status_of(killed)) == SIGTERM);
}

TEST_CASE("launch: what cannot be executed is an error that says why") {
  auto launch = Launch::prepare({"/nowhere/to/be/found"}, false);
  REQUIRE(launch);
  const auto gone = launch->go();
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == sbx::ErrorKind::failure);
  CHECK(gone.error().text.find("No such file or directory") != std::string::npos);
  CHECK(kill(launch->pid(), 0) != 0);
  CHECK_FALSE(Launch::prepare({}, false));
}

TEST_CASE("launch: the command has no signal blocked, and ignores what was ignored before but SIGPIPE") {
  sigset_t blocked, before;
  sigfillset(&blocked);
  sigprocmask(SIG_SETMASK, &blocked, &before);
  const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  const auto hup_before = std::signal(SIGHUP, SIG_IGN);
  const auto int_before = std::signal(SIGINT, SIG_DFL); // a background job's shell ignores these two
  const auto quit_before = std::signal(SIGQUIT, SIG_DFL);
  const Scratch scratch;
  Launch launch =
      shell("grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n\\t' >" + scratch.path("signals"));
  REQUIRE(launch.go());
  CHECK(status_of(launch) == 0);
  std::signal(SIGPIPE, pipe_before);
  std::signal(SIGHUP, hup_before);
  std::signal(SIGINT, int_before);
  std::signal(SIGQUIT, quit_before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  CHECK(word_of(scratch.path("signals")) == "SigBlk:0000000000000000SigIgn:0000000000000001");
}

TEST_CASE("launch: the ready descriptor tells when the command is ready") {
  Launch launch = shell("exec 3>&- ; sleep 0.1; eval \"echo ok >&$SBX_READY_FD\"; exec sleep 100", true);
  pollfd ready{launch.ready_fd(), POLLIN, 0};
  CHECK(poll(&ready, 1, 0) == 0);
  REQUIRE(launch.go());
  REQUIRE(poll(&ready, 1, 10'000) == 1);
  char said[8] = {};
  CHECK(read(launch.ready_fd(), said, sizeof said) == 3);
  CHECK(std::string(said) == "ok\n");
  CHECK(launch.kill_all());
  REQUIRE(poll(&ready, 1, 10'000) == 1);
  CHECK(read(launch.ready_fd(), said, sizeof said) == 0);
}

TEST_CASE("launch: without a ready descriptor the environment names none") {
  Launch launch = shell("test -z \"$SBX_READY_FD\"");
  CHECK(launch.ready_fd() == -1);
  REQUIRE(launch.go());
  CHECK(status_of(launch) == 0);
}

TEST_CASE("launch: all that descends from it is killed: orphans, other sessions, the stopped, the deaf") {
  const Scratch scratch;
  Launch launch = shell("(setsid sh -c 'trap \"\" TERM HUP; sleep 100' & ) ; (sleep 101 & ) ;"
                        "sh -c 'kill -STOP $$' & sleep 102 & touch " +
                        scratch.path("mark") + "; wait");
  REQUIRE(launch.go());
  REQUIRE(within(10s, [&] { return std::filesystem::exists(scratch.path("mark")); }));
  std::this_thread::sleep_for(100ms);
  CHECK(sbx::descendants({}).size() >= 5);
  CHECK(launch.kill_all());
  CHECK(sbx::descendants({}).empty());
  CHECK(WTERMSIG(*launch.ended()) == SIGKILL);
}

TEST_CASE("launch: processes that fork all the time are killed to the last") {
  Launch launch = shell("f() { while :; do (:); (: & ); done; }; f & f & f & f & f & f & wait");
  REQUIRE(launch.go());
  std::this_thread::sleep_for(200ms);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(launch.kill_all());
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  CHECK(sbx::descendants({}).empty());
}

TEST_CASE("launch: all stop and all go on") {
  const Scratch scratch;
  Launch launch = shell("(while :; do echo x >>" + scratch.path("inner") + "; sleep 0.01; done) & " +
                        "while :; do echo x >>" + scratch.path("outer") + "; sleep 0.01; done");
  REQUIRE(launch.go());
  const auto grown = [&](const char* name) {
    std::error_code none;
    const auto size = std::filesystem::file_size(scratch.path(name), none);
    return none ? 0 : size;
  };
  REQUIRE(within(10s, [&] { return grown("inner") > 0 && grown("outer") > 0; }));
  launch.stop_all();
  // D: it waits for its vfork(2) child, which was stopped before it executed.
  CHECK(within(10s, [&] { return state_of(launch.pid()) == "T" || state_of(launch.pid()) == "D"; }));
  const auto inner = grown("inner"), outer = grown("outer");
  std::this_thread::sleep_for(100ms);
  CHECK(grown("inner") == inner);
  CHECK(grown("outer") == outer);
  launch.continue_all();
  CHECK(within(10s, [&] { return grown("inner") > inner && grown("outer") > outer; }));
  CHECK(launch.kill_all());
}

TEST_CASE("launch: children that we had before are not touched") {
  const pid_t mine = fork();
  if (mine == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
      pause();
  }
  Launch launch = shell("sleep 100 & wait");
  REQUIRE(launch.go());
  std::this_thread::sleep_for(50ms);
  CHECK(launch.kill_all());
  CHECK(kill(mine, 0) == 0);
  CHECK(state_of(mine) == "S");
  kill(mine, SIGKILL);
  CHECK(waitpid(mine, nullptr, 0) == mine);
}

TEST_CASE("launch: what the command leaves behind is reaped while it runs on") {
  Launch launch = shell("for i in 1 2 3 4 5; do (sh -c : & ) ; done; sleep 0.2; exec sleep 100");
  REQUIRE(launch.go());
  std::this_thread::sleep_for(100ms);
  CHECK(within(10s, [&] {
    launch.ended();
    return sbx::descendants({}).size() <= 2;
  }));
  CHECK(launch.kill_all());
}

TEST_CASE("process tree: a signal is for one process, not for another with its number") {
  Launch launch = shell("exec sleep 100");
  REQUIRE(launch.go());
  auto found = sbx::descendants({});
  REQUIRE(found.size() == 1);
  CHECK(found[0].pid == launch.pid());
  CHECK(found[0].parent == getpid());
  CHECK(sbx::send_signal(found[0], 0));
  ++found[0].start;
  CHECK_FALSE(sbx::send_signal(found[0], SIGKILL));
  CHECK_FALSE(launch.ended());
  CHECK(launch.kill_all());
}
