#include "kernel/live_processes.h"

#include "kernel/fd.h"
#include "kernel/scratch.h"
#include "parse/processes.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sbx;

namespace {

std::string status(int pid, const std::string& name = "sh",
                   const std::string& more = "Threads:\t1\nSeccomp:\t0\n",
                   const std::string& state = "S (sleeping)") {
  return "Name:\t" + name + "\nUmask:\t0022\nState:\t" + state + "\nTgid:\t" + std::to_string(pid) +
         "\nPid:\t" + std::to_string(pid) + "\nPPid:\t1\nVmRSS:\t 4 kB\n" + more + "Cpus_allowed:\tf\n";
}

// A /proc of files, as another kernel may show it: gVisor prints a name with its newlines.
class FakeProc {
public:
  FakeProc& add(int pid, const std::string& text, const std::string& cgroup = "0::/\n") {
    const std::string dir = std::to_string(pid);
    scratch_.write(dir + "/status", text);
    scratch_.write(dir + "/cgroup", cgroup);
    std::filesystem::create_directory(scratch_.path(dir + "/ns"));
    std::filesystem::create_symlink("user:[4026531837]", scratch_.path(dir + "/ns/user"));
    std::filesystem::create_symlink("/srv/a jail", scratch_.path(dir + "/root"));
    return *this;
  }
  FakeProc& thread(int pid, int tid, const std::string& text) {
    scratch_.write(std::to_string(pid) + "/task/" + std::to_string(tid) + "/status", text);
    return *this;
  }
  std::string text() const {
    const Fd proc(open(scratch_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const Reading reading = read_processes(proc.get());
    REQUIRE(reading);
    return *reading;
  }
  std::vector<Process> processes() const {
    const auto all = parse_processes(text());
    if (!all)
      FAIL(all.error().what);
    CHECK(all->listed == Processes::Listed::settled);
    return all->processes;
  }

private:
  Scratch scratch_;
};

} // namespace

TEST_CASE("live_processes: what is read of a process") {
  const auto all = FakeProc().add(10, status(10), "1:name=systemd:/a b\n0::/c\n").processes();
  REQUIRE(all.size() == 1);
  CHECK(all[0].status->name == "sh");
  CHECK(all[0].cgroups == std::vector<std::string>{"1:name=systemd:/a b", "0::/c"});
  CHECK(all[0].root == std::string("/srv/a jail"));
  CHECK(all[0].ns.at("user") == 4026531837U);
  CHECK(all[0].all_threads_read());
}

TEST_CASE("live_processes: a name printed with its newlines forges no process, no thread and no refusal") {
  for (const std::string name :
       {"\nProcess:\t9", "x\nTask:\t10", "x\nErrno:\tEIO", "\nCgroup:\t/x", "\nRead:\t10,11", "\n\n"}) {
    CAPTURE(name);
    CHECK(name.size() <= 15);
    const auto all = FakeProc().add(9, status(9)).add(10, status(10, name)).add(11, status(11)).processes();
    REQUIRE(all.size() == 3);
    CHECK(all[1].pid == 10);
    CHECK(all[1].status->seccomp == 0U);
    CHECK(all[1].others.empty());
  }
}

TEST_CASE("live_processes: a name that holds a line of a status makes no sense, of that process alone") {
  for (const std::string name :
       {"\nSeccomp:\t2", "\nPid:\t1", "\nThreads:\t1", "\nPPid:\t0", "\nNSpid:\t9 1", "\nKthread:\t1"}) {
    CAPTURE(name);
    const auto all = FakeProc()
                         .add(9, status(9))
                         .add(10, status(10, name, "Threads:\t2\nSeccomp:\t0\n"))
                         .add(11, status(11))
                         .processes();
    REQUIRE(all.size() == 3);
    CHECK(all[1].status.error() == EBADMSG);
    CHECK_FALSE(all[1].all_threads_read());
    CHECK(all[0].status);
    CHECK(all[2].status);
  }
}

TEST_CASE("live_processes: threads that differ are told, and those that are alike are not") {
  const std::string two = "Threads:\t4\nSeccomp:\t0\n";
  const auto all = FakeProc()
                       .add(10, status(10, "main", two))
                       .thread(10, 10, status(10, "main", two))
                       .thread(10, 11, status(11, "alike", two))
                       .thread(10, 12, status(12, "other", "Threads:\t4\nSeccomp:\t2\n"))
                       .thread(10, 13, status(13, "gone", two, "Z (zombie)"))
                       .processes();
  REQUIRE(all.size() == 1);
  CHECK(all[0].tids == std::vector<std::int64_t>{10, 11, 12, 13});
  REQUIRE(all[0].others.size() == 2);
  CHECK(all[0].others[0].tid == 12);
  CHECK(all[0].others[1].tid == 13);
  CHECK(all[0].kvm->error() == ENOENT); // it has no fd/ here
  CHECK(all[0].all_threads_read());
}

TEST_CASE("live_processes: a status that is no file is refused, and the process is there") {
  Scratch scratch;
  std::filesystem::create_directories(scratch.path("10/status"));
  const Fd proc(open(scratch.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto all = parse_processes(*read_processes(proc.get()));
  REQUIRE(all);
  CHECK(all->processes[0].status.error() == EBADMSG);
  CHECK(all->processes[0].cgroups.error() == ENOENT);
}

TEST_CASE("live_processes: a main thread that ended while another runs on is told apart from it") {
  int ready[2];
  REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
  const pid_t child = fork();
  if (child == 0) {
    pthread_t other;
    const auto run = [](void*) -> void* {
      while (true)
        pause();
    };
    const bool made = pthread_create(&other, nullptr, run, nullptr) == 0;
    if (write(ready[1], made ? "y" : "n", 1) != 1)
      _exit(1);
    syscall(SYS_exit, 0); // this thread alone; pthread_exit(3) would unwind through the test's own handlers
  }
  char answer = 'n';
  REQUIRE(read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  close(ready[0]);
  close(ready[1]);
  const Fd proc(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::vector<Process> found;
  for (int tries = 0; tries < 200; ++tries) { // until its main thread has ended
    const auto all = parse_processes(*read_processes(proc.get()));
    REQUIRE(all);
    found.clear();
    std::copy_if(all->processes.begin(), all->processes.end(), std::back_inserter(found),
                 [&](const Process& it) { return it.pid == child; });
    if (found.size() == 1 && found[0].status && found[0].status->state == 'Z')
      break;
    usleep(10'000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  REQUIRE(found.size() == 1);
  CHECK(found[0].status->state == 'Z');
  CHECK(found[0].tids.size() == 2);
  REQUIRE(found[0].others.size() == 1);
  CHECK(found[0].others[0].status->state != 'Z');
  // Where it lives is told by the thread that runs, for the other one shows it no more.
  for (const char* kind : {"mnt", "net", "pid"})
    CHECK(found[0].ns.at(kind).has_value());
  CHECK(found[0].root == std::string("/"));
  CHECK((*found[0].kvm)->seen > 0);
  const auto own = parse_processes(read_processes(proc.get()).value());
  const auto us = std::find_if(own->processes.begin(), own->processes.end(),
                               [](const Process& it) { return it.pid == getpid(); });
  REQUIRE(us != own->processes.end());
  CHECK(found[0].cgroups == us->cgroups);
}
