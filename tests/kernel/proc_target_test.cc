#include "kernel/proc_target.h"

#include "kernel/file.h"
#include "parse/identity.h"
#include "parse/proc_stat.h"
#include "parse/properties.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <limits>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace sbx;

namespace {

// A child that waits until it is told to end, or until we do.
class Sleeper {
public:
  Sleeper() : pid_(fork()) {
    if (pid_ == 0)
      while (true)
        pause();
  }
  ~Sleeper() { reap(); }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  pid_t pid() const { return pid_; }
  void end() const { // and leaves it a zombie
    kill(pid_, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  void reap() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
  }

private:
  pid_t pid_;
};

ProcTarget opened(Result<ProcTarget> target) {
  INFO((target ? "" : target.error().text));
  REQUIRE(target);
  return std::move(*target);
}

std::string exited(const ProcTarget& target) {
  const auto properties = parse_properties(target.identity().value());
  REQUIRE(properties);
  return find_property(*properties, "exited")->value.value();
}

} // namespace

TEST_CASE("proc_target: this process knows itself") {
  const ProcTarget self = opened(ProcTarget::self());
  CHECK(self.pid() == getpid());
  const auto identity = parse_identity(self.identity().value());
  REQUIRE(identity);
  CHECK(identity->self);
  CHECK(identity->pid == getpid());
  CHECK(identity->boot_id->size() == 36);
  CHECK(exited(self) == "no");
}

TEST_CASE("proc_target: the start in its identity is the one that its stat tells") {
  const Sleeper sleeper;
  const ProcTarget target = opened(ProcTarget::open(sleeper.pid()));
  const auto identity = parse_identity(target.identity().value());
  const auto stat = parse_proc_stat(target.read("stat", small_file).value());
  REQUIRE(identity);
  REQUIRE(stat);
  CHECK_FALSE(identity->self);
  CHECK(identity->start_ticks == stat->start_ticks);
}

TEST_CASE("proc_target: the start is found whatever the process calls itself") {
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const int comm = open("/proc/self/comm", O_WRONLY);
    const bool written = write(comm, ") Z 1 (a) 2 3", 13) == 13;
    if (write(ready[1], written ? "y" : "n", 1) == 1)
      while (true)
        pause();
    _exit(1);
  }
  char answer = 0;
  CHECK(read(ready[0], &answer, 1) == 1);
  {
    const ProcTarget target = opened(ProcTarget::open(child));
    const auto stat = parse_proc_stat(target.read("stat", small_file).value());
    CHECK(stat->comm == ") Z 1 (a) 2 3");
    CHECK(parse_identity(target.identity().value())->start_ticks == stat->start_ticks);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("proc_target: two looks at a process that does nothing say the same") {
  const Sleeper sleeper;
  const ProcTarget target = opened(ProcTarget::open(sleeper.pid()));
  CHECK(target.identity() == target.identity());
}

TEST_CASE("proc_target: a child that exits is seen to have exited, and is gone once reaped") {
  Sleeper sleeper;
  const ProcTarget target = opened(ProcTarget::open(sleeper.pid()));
  CHECK(exited(target) == "no");
  CHECK_FALSE(pidfd_exited(target.pidfd()));
  sleeper.end();
  CHECK(exited(target) == "yes");
  CHECK(pidfd_exited(target.pidfd()));
  CHECK(pidfd_exists(target.pidfd()));
  sleeper.reap();
  CHECK_FALSE(pidfd_exists(target.pidfd()));
  REQUIRE_FALSE(target.identity());
  CHECK(target.identity().error().error == ESRCH);
  REQUIRE_FALSE(target.read("stat", small_file));
  CHECK(target.read("stat", small_file).error().error == ESRCH);
}

TEST_CASE("proc_target: a zombie may be asked about") {
  Sleeper sleeper;
  sleeper.end();
  CHECK(exited(opened(ProcTarget::open(sleeper.pid()))) == "yes");
}

TEST_CASE("proc_target: a pid that nobody has is an error of the target, in words that name it") {
  Sleeper sleeper;
  const pid_t gone = sleeper.pid();
  sleeper.reap();
  const auto target = ProcTarget::open(gone);
  REQUIRE_FALSE(target);
  CHECK(target.error().kind == ErrorKind::target);
  CHECK(target.error().text.find("there is no process " + std::to_string(gone)) != std::string::npos);
}

TEST_CASE("proc_target: a number that no process can have is an error of the target, and says so") {
  for (const pid_t pid : {0, -1, std::numeric_limits<pid_t>::min()}) {
    const auto target = ProcTarget::open(pid);
    REQUIRE_FALSE(target);
    CHECK(target.error().kind == ErrorKind::target);
    CHECK(target.error().text.find("Invalid argument") != std::string::npos);
  }
}

TEST_CASE("proc_target: a thread is not a process, and the user is told where its process is") {
  std::promise<pid_t> named;
  std::promise<void> end;
  std::thread thread([&] {
    named.set_value(static_cast<pid_t>(syscall(SYS_gettid)));
    end.get_future().wait();
  });
  const auto target = ProcTarget::open(named.get_future().get());
  end.set_value();
  thread.join();
  REQUIRE_FALSE(target);
  CHECK(target.error().kind == ErrorKind::target);
  CHECK(target.error().text.find("is a thread") != std::string::npos);
}

TEST_CASE("proc_target: only files of the process itself are read, and no links") {
  const ProcTarget self = opened(ProcTarget::self());
  CHECK(self.read("status", small_file));
  CHECK(self.read("exe", small_file).error().error == ELOOP);
  CHECK(self.read("../version", small_file).error().error == EXDEV);
  CHECK(self.read("nothing", small_file).error().error == ENOENT);
  CHECK(self.read("status", 16).error().error == EFBIG);
}
