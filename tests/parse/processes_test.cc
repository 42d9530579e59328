#include "parse/processes.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string settled = "Listing:\tsettled\n";

std::string status(int pid, const std::string& name = "sh", const std::string& threads = "1") {
  return "Name:\t" + name + "\nState:\tS (sleeping)\nTgid:\t" + std::to_string(pid) + "\nPid:\t" +
         std::to_string(pid) + "\nPPid:\t1\nNSpid:\t" + std::to_string(pid) + "\t7\nThreads:\t" + threads +
         "\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";
}

const std::string middle =
    "Ns:\tuser=4026531837 mnt=!EACCES\nCgroup:\t0::/user.slice/a\\x20b\nRoot:\t:/srv/a\\x20jail\n";

std::string process(int pid, const std::string& rest) {
  return "Process:\t" + std::to_string(pid) + "\n" + middle + rest;
}
std::string process(int pid) { return process(pid, "Read:\t" + std::to_string(pid) + "\n" + status(pid)); }

Process one(const std::string& rest, int pid = 10) {
  const auto all = parse_processes(settled + process(pid, rest));
  if (!all)
    FAIL(all.error().what);
  REQUIRE(all->processes.size() == 1);
  return all->processes[0];
}

bool bad(const std::string& text) { return !parse_processes(text).has_value(); }

} // namespace

TEST_CASE("processes: all that is told of a process") {
  const auto all = parse_processes(settled + process(10) + process(4242));
  REQUIRE(all);
  CHECK(all->listed == Processes::Listed::settled);
  REQUIRE(all->processes.size() == 2);
  const Process& it = all->processes[0];
  CHECK(it.pid == 10);
  CHECK(it.ns.at("user") == 4026531837U);
  CHECK(it.ns.at("mnt").error() == EACCES);
  CHECK(it.cgroups == std::vector<std::string>{"0::/user.slice/a b"});
  CHECK(it.root == std::string("/srv/a jail"));
  CHECK_FALSE(it.kvm);
  CHECK(it.tids == std::vector<std::int64_t>{10});
  CHECK(it.others.empty());
  CHECK(it.status->name == "sh");
  CHECK(it.status->nspid == std::vector<std::int64_t>{10, 7});
  CHECK(it.all_threads_read());
  CHECK(all->processes[1].pid == 4242);
}

TEST_CASE("processes: how it was listed") {
  CHECK(parse_processes("Listing:\tmoving\n" + process(10))->listed == Processes::Listed::moving);
  CHECK(parse_processes("Listing:\tcut\n" + process(10))->listed == Processes::Listed::cut);
}

TEST_CASE("processes: threads that differ, those that are as the main thread, and those that were refused") {
  const Process it = one("Kvm:\tvm=1 vcpu=2 seen=33\nRead:\t10,11,12,13\n" + status(10, "vmm", "4") +
                         "Task:\t11\n" + status(11, "vcpu") + "Task:\t13\nErrno:\tEACCES\n");
  CHECK((*it.kvm)->vms == 1);
  CHECK((*it.kvm)->vcpus == 2);
  CHECK((*it.kvm)->seen == 33);
  CHECK((*it.kvm)->whole());
  REQUIRE(it.others.size() == 2);
  CHECK(it.others[0].tid == 11);
  CHECK(it.others[0].status->name == "vcpu");
  CHECK(it.others[1].status.error() == EACCES);
  CHECK(it.all_threads_listed());
  CHECK_FALSE(it.all_threads_read()); // one was refused
  CHECK(one("Read:\t10,11\n" + status(10, "x", "2")).all_threads_read());
  CHECK_FALSE(one("Read:\t10\n" + status(10, "x", "2")).all_threads_listed());
}

TEST_CASE("processes: the main thread may change while it is read, and then it differs from itself") {
  CHECK(one("Read:\t10,11\n" + status(10, "x", "2") + "Task:\t10\n" + status(10)).others[0].tid == 10);
}

TEST_CASE("processes: what was refused keeps its errno") {
  const auto all =
      parse_processes(settled + "Process:\t10\nNs:\tuser=!EACCES\nCgroup:\t!EPERM\nRoot:\t!EACCES\n"
                                "Kvm:\t!EACCES\nRead:\t\nErrno:\tEIO\n");
  REQUIRE(all);
  const Process& it = all->processes[0];
  CHECK(it.ns.at("user").error() == EACCES);
  CHECK(it.cgroups.error() == EPERM);
  CHECK(it.root.error() == EACCES);
  CHECK(it.kvm->error() == EACCES);
  CHECK(it.status.error() == EIO);
  CHECK(it.tids.empty());
  CHECK_FALSE(it.all_threads_listed());
}

TEST_CASE("processes: a status that makes no sense is the matter of its process alone") {
  for (const std::string& text :
       {std::string(
            "Name:\tx\nSeccomp:\t0\nState:\tS (sleeping)\nPid:\t10\n"), // a name with its newlines (gVisor)
        std::string("Name:\tx\nErrno:\tEPERM\nState:\tS\nState:\tS\n"), std::string("Seccomp:\t-1\n"),
        std::string("Errno:\tEWHAT\n"), std::string("Errno:\tEACCES\nName:\tx\n"), std::string("no key\n"),
        status(11), std::string(), std::string(4096, '\0') + "\n"}) {
    CAPTURE(text);
    const auto all = parse_processes(settled + process(9) + process(10, "Read:\t10\n" + text) + process(12));
    REQUIRE(all);
    REQUIRE(all->processes.size() == 3);
    CHECK(all->processes[1].status.error() == EBADMSG);
    CHECK_FALSE(all->processes[1].all_threads_read());
    CHECK(all->processes[0].status);
    CHECK(all->processes[2].status);
  }
  // So it is of one thread.
  const Process it = one("Read:\t10,11,12\n" + status(10, "x", "3") +
                         "Task:\t11\nName:\tx\nPid:\t8\nTask:\t12\n" + status(12));
  CHECK(it.others[0].status.error() == EBADMSG);
  CHECK(it.others[1].status);
  CHECK_FALSE(it.all_threads_read());
}

TEST_CASE("processes: a process without a status of its own is not given that of a thread") {
  const Process it = one("Read:\t10,11\nTask:\t11\n" + status(11));
  CHECK(it.status.error() == EBADMSG);
  CHECK(it.others.size() == 1);
}

TEST_CASE("processes: text of a control group is what it says, and no line of ours") {
  const auto of = [](const std::string& lines) {
    return parse_processes(settled + "Process:\t10\nNs:\tuser=1\n" + lines + "Root:\t:/\nRead:\t10\n" +
                           status(10));
  };
  CHECK(of("Cgroup:\t0::/a\\x0aProcess:\\x09\nCgroup:\t1:name=systemd:/b\n")->processes[0].cgroups ==
        std::vector<std::string>{"0::/a\nProcess:\t", "1:name=systemd:/b"});
  CHECK(of("")->processes[0].cgroups->empty()); // a kernel without control groups
  CHECK(of("Cgroup:\t\n")->processes[0].cgroups == std::vector<std::string>{""});
  CHECK_FALSE(of("Cgroup:\t0::/a\\n\n"));
  CHECK_FALSE(of("Cgroup:\t0::/a\\x0\n"));
  CHECK_FALSE(of("cgroup:\t0::/a\n"));
  CHECK_FALSE(of("Cgroup:\t!EACCES\nCgroup:\t0::/a\n")); // what was refused has no more lines
}

TEST_CASE("processes: lines that are missing, doubled or in another order are malformed") {
  const std::string ns = "Ns:\tuser=1\n", cgroup = "Cgroup:\t0::/\n", root = "Root:\t:/\n",
                    read = "Read:\t10\n";
  const auto with = [&](const std::string& lines) { return settled + "Process:\t10\n" + lines + status(10); };
  REQUIRE_FALSE(bad(with(ns + cgroup + root + read)));
  for (const std::string& lines :
       {cgroup + root + read, ns + cgroup + read, ns + cgroup + root, ns + ns + cgroup + root + read,
        ns + cgroup + root + root + read, ns + root + cgroup + read, ns + cgroup + root + "Kvm:\t\n" + read,
        ns + cgroup + root + "Kvm:\tvm=1 vcpu=2\n" + read,
        ns + cgroup + root + "Kvm:\tvm=1 vcpu=2 seen=257\n" + read,
        ns + cgroup + root + "Kvm:\tvm=-1 vcpu=2 seen=7\n" + read,
        ns + cgroup + root + "Kvm:\tvcpu=1 vm=2 seen=7\n" + read,
        ns + cgroup + root + "Kvm:\tEACCES\n" + read}) {
    CAPTURE(lines);
    CHECK(bad(with(lines)));
  }
  for (const char* line : {"Root:\t/srv\n", "Root:\t\n", "Root:\t:/a\\n\n", "Root:\t!EWHAT\n"})
    CHECK(bad(with(ns + cgroup + line + read)));
  for (const char* list :
       {"x", "0", "-1", "10,", ",10", "10,,11", "10,10", "11,10", "10 11", "99999999999999999999"})
    CHECK(bad(with(ns + cgroup + root + "Read:\t" + list + "\n")));
}

TEST_CASE("processes: threads that are told twice, in another order, or of nobody's list are malformed") {
  const std::string head = "Read:\t10,11,12\n" + status(10, "x", "3");
  const auto with = [&](const std::string& tasks) { return settled + process(10, head + tasks); };
  const auto task = [](const std::string& tid) { return "Task:\t" + tid + "\nErrno:\tEACCES\n"; };
  REQUIRE_FALSE(bad(with(task("11") + task("12"))));
  for (const std::string& tasks : {task("11") + task("11"), task("12") + task("11"), task("13"), task("0"),
                                   task("-11"), task("x"), task(""), task("99999999999999999999")}) {
    CAPTURE(tasks);
    CHECK(bad(with(tasks)));
  }
  CHECK(bad(settled + process(10, "Read:\t\nErrno:\tEACCES\n" + task("11"))));
}

TEST_CASE("processes: a table has each process once, by number, and at least one") {
  CHECK(bad(""));
  CHECK(bad(settled));
  CHECK(bad(process(10)));
  CHECK(bad("Listing:\tdone\n" + process(10)));
  CHECK(bad("Listing:\tsettled \n" + process(10)));
  CHECK(bad(settled + settled + process(10)));
  CHECK(bad(settled + status(10)));
  CHECK(bad(settled + process(10) + process(10)));
  CHECK(bad(settled + process(11) + process(10)));
  for (const char* pid : {"", "0", "-1", "x", "1 ", "99999999999999999999"})
    CHECK(bad(settled + "Process:\t" + pid + "\n" + middle + "Read:\t1\n" + status(1)));
}

TEST_CASE("processes: cutting the text anywhere leaves whole processes, or is malformed") {
  const std::string text = settled +
                           process(10, "Kvm:\tvm=0 vcpu=0 seen=3\nRead:\t10,11\n" + status(10, "x", "2") +
                                           "Task:\t11\n" + status(11)) +
                           process(12);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto less = parse_processes(text.substr(0, length));
    if (!less)
      continue;
    CHECK(text[length - 1] == '\n');
    for (const Process& it : less->processes)
      CHECK((it.pid == 10 || it.pid == 12));
  }
}

TEST_CASE("processes: thousands of them") {
  std::string text = settled;
  for (int pid = 1; pid <= 20'000; ++pid)
    text += process(pid);
  CHECK(parse_processes(text)->processes.size() == 20'000);
}

TEST_CASE("processes: thousands of threads are refused, not cut") {
  std::string list = "1", status_lines = status(1, "x", "5000");
  for (int tid = 2; tid <= 5000; ++tid)
    list += "," + std::to_string(tid);
  CHECK(bad(settled + process(1, "Read:\t" + list + "\n" + status_lines)));
}

TEST_CASE("processes: long lines and control characters are not carried into what is said of them") {
  for (const std::string& line :
       {"Cgroup:\t\\\x1b[2J" + std::string(1 << 20, 'x') + "\n",
        "Kvm:\t\x1b]0;x\x07" + std::string(1 << 20, 'x') + "\n",
        "Ns:\t\x1b" + std::string(1 << 20, 'x') + "\n", "\x1b" + std::string(1 << 20, 'x') + "\n"}) {
    for (const std::string& text :
         {settled + "Process:\t10\nNs:\tuser=1\nRoot:\t:/\n" + line, settled + "Process:\t10\n" + line,
          settled + line, settled + "Process:\t10\nNs:\tuser=1\n" + line}) {
      const auto all = parse_processes(text);
      REQUIRE_FALSE(all);
      CHECK(all.error().what.size() < 512);
      CHECK(all.error().what.find('\x1b') == std::string::npos);
    }
  }
}
