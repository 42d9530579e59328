#include "parse/proc_status.h"

#include "parse/status_texts.h"

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace sbx;

namespace {

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// What each field says, "-" where it was not printed; to compare two readings field by field.
std::vector<std::string> fields(const ProcStatus& status) {
  std::vector<std::string> found;
  const auto add = [&](const auto& field) { found.push_back(field ? std::to_string(*field) : "-"); };
  found.push_back(status.name.value_or("-"));
  add(status.state), add(status.tgid), add(status.pid), add(status.ppid), add(status.tracer_pid);
  for (const auto& ids : {status.uid, status.gid})
    for (std::size_t i = 0; i < 4; ++i)
      found.push_back(ids ? std::to_string((*ids)[i]) : "-");
  found.push_back(status.groups ? "groups" : "-");
  for (const auto group : status.groups.value_or(std::vector<std::uint32_t>()))
    found.push_back(std::to_string(group));
  std::string pids = "-"; // one entry, so that what comes after stays where it is
  for (const auto pid : status.nspid.value_or(std::vector<std::int64_t>()))
    pids = (pids == "-" ? "" : pids + " ") + std::to_string(pid);
  found.push_back(pids);
  add(status.threads), add(status.cap_inh), add(status.cap_prm), add(status.cap_eff), add(status.cap_bnd);
  add(status.cap_amb), add(status.no_new_privs), add(status.seccomp), add(status.seccomp_filters),
      add(status.kthread);
  return found;
}

bool bad(const std::string& text) { return !parse_proc_status(text).has_value(); }

} // namespace

TEST_CASE("proc_status: a kernel of today says everything that we ask") {
  const auto status = parse_proc_status(status_6_12);
  REQUIRE(status);
  CHECK(status->name == "sleep");
  CHECK(status->state == 'S');
  CHECK(status->tgid == 191);
  CHECK(status->pid == 191);
  CHECK(status->ppid == 88);
  CHECK(status->tracer_pid == 0);
  CHECK(status->uid == std::array<std::uint32_t, 4>{1000, 1000, 1000, 1000});
  CHECK(status->gid == std::array<std::uint32_t, 4>{100, 100, 100, 100});
  REQUIRE(status->groups);
  CHECK(status->groups->empty());
  CHECK(status->nspid == std::vector<std::int64_t>{191});
  CHECK(status->threads == 1U);
  CHECK(status->cap_prm == 0x1ffffffffffU);
  CHECK(status->cap_eff == 0xa80425fbU);
  CHECK(status->cap_amb == 0U);
  CHECK(status->no_new_privs == true);
  CHECK(status->seccomp == 2U);
  CHECK(status->seccomp_filters == 1U);
  CHECK(status->kthread == false);
}

TEST_CASE("proc_status: what an old kernel does not print is not seen, and the rest is") {
  const auto status = parse_proc_status(status_3_10);
  REQUIRE(status);
  CHECK(status->cap_eff == 0x1fffffffffU);
  CHECK(status->seccomp == 0U);
  CHECK_FALSE(status->nspid.has_value());
  CHECK_FALSE(status->cap_amb.has_value());
  CHECK_FALSE(status->no_new_privs.has_value());
  CHECK_FALSE(status->seccomp_filters.has_value());
  CHECK_FALSE(status->kthread.has_value());
}

TEST_CASE("proc_status: a kernel without seccomp says nothing of it, which is not 0") {
  const auto status = parse_proc_status(status_no_seccomp);
  REQUIRE(status);
  CHECK(status->no_new_privs == false);
  CHECK_FALSE(status->seccomp.has_value());
  CHECK_FALSE(status->seccomp_filters.has_value());
}

TEST_CASE("proc_status: gVisor's own text is read for what it holds") {
  const auto status = parse_proc_status(status_gvisor());
  REQUIRE(status);
  CHECK(status->seccomp == 0U);
  CHECK(status->cap_bnd == 0xa80425fbU);
  CHECK_FALSE(status->no_new_privs.has_value());
  CHECK_FALSE(status->uid.has_value());
  CHECK_FALSE(status->cap_amb.has_value());
}

TEST_CASE("proc_status: a kernel thread is known where the kernel says so") {
  CHECK(parse_proc_status(status_kthreadd)->kthread == true);
}

TEST_CASE("proc_status: taking any one line away never gives a field a value it did not have") {
  for (const std::string& text :
       {status_6_12, status_3_10, status_no_seccomp, status_gvisor(), status_kthreadd}) {
    const auto whole = fields(*parse_proc_status(text));
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
      const std::string line = text.substr(begin, text.find('\n', begin) + 1 - begin);
      CAPTURE(line);
      const auto less = parse_proc_status(with(text, line, ""));
      REQUIRE(less);
      const auto left = fields(*less);
      for (std::size_t i = 0; i < whole.size(); ++i)
        CHECK((left[i] == whole[i] || left[i] == "-"));
    }
  }
}

TEST_CASE("proc_status: cutting the text anywhere never gives a field a value it did not have") {
  for (const std::string& text : {status_6_12, status_3_10}) {
    const auto whole = fields(*parse_proc_status(text));
    for (std::size_t length = 0; length < text.size(); ++length)
      if (const auto less = parse_proc_status(text.substr(0, length))) {
        CHECK(text[length - 1] == '\n');
        const auto left = fields(*less);
        for (std::size_t i = 0; i < whole.size(); ++i)
          CHECK((left[i] == whole[i] || left[i] == "-"));
      }
  }
}

TEST_CASE("proc_status: a mask or a number cut off with its line is not read as a smaller one") {
  CHECK(bad("CapEff:\t000001ff"));
  CHECK(bad("Seccomp:\t2"));
  CHECK(bad("Name:\tsh\nSeccomp_filters:\t1"));
}

TEST_CASE("proc_status: a key printed twice makes the whole malformed, whichever key it is") {
  CHECK(bad(status_6_12 + "Seccomp:\t2\n"));
  CHECK(bad(status_6_12 + "NoNewPrivs:\t1\n"));
  CHECK(bad(with(status_6_12, "Umask:\t0022\n", "Umask:\t0022\nUmask:\t0022\n")));
}

TEST_CASE("proc_status: a value that no kernel prints makes the whole malformed") {
  const std::vector<std::string> lines{"NoNewPrivs:\t2",
                                       "NoNewPrivs:\t-1",
                                       "NoNewPrivs:\t",
                                       "NoNewPrivs:\t01",
                                       "NoNewPrivs:\ttrue",
                                       "Seccomp:\t-1",
                                       "Seccomp:\t0x2",
                                       "Seccomp:\t2 2",
                                       "Seccomp:\t4294967296",
                                       "Seccomp:\t",
                                       "Seccomp_filters:\t-1",
                                       "Kthread:\tY",
                                       "CapEff:\t-1",
                                       "CapEff:\t0x1",
                                       "CapEff:\t1ffffffffffffffff",
                                       "CapEff:\tg",
                                       "CapEff:\t0 0",
                                       "CapEff:\t",
                                       "Pid:\t-5",
                                       "Pid:\t9223372036854775808",
                                       "Tgid:\t 7 7",
                                       "PPid:\t-1",
                                       "TracerPid:\t-1",
                                       "Threads:\t-1",
                                       "Threads:\t1.5",
                                       "Uid:\t0\t0\t0",
                                       "Uid:\t0\t0\t0\t0\t0",
                                       "Uid:\t-1\t0\t0\t0",
                                       "Gid:\t4294967296\t0\t0\t0",
                                       "State:\t",
                                       "State:\tsleeping",
                                       std::string("Pid:\t7\0", 7)};
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(bad(line + "\n"));
  }
}

TEST_CASE("proc_status: a seccomp mode of a newer kernel is kept as its number") {
  CHECK(parse_proc_status("Seccomp:\t3\n")->seccomp == 3U);
}

TEST_CASE("proc_status: keys of a newer kernel, even without a value, are passed over") {
  CHECK(parse_proc_status("Name:\tsh\nNewThing:\nSeccomp:\t2\nOther_Thing:\tx:y:z\n")->seccomp == 2U);
}

TEST_CASE("proc_status: text that is no status at all is malformed") {
  CHECK(bad(""));
  CHECK(bad("\n"));
  CHECK(bad("hello\n"));
  CHECK(bad(":\tvalue\n"));
  CHECK(bad(status_6_12 + "\n"));
  CHECK(bad(with(status_6_12, "Seccomp:\t2", "Seccomp 2")));
  CHECK(bad(std::string(4096, '\0')));
}

TEST_CASE("proc_status: a name may hold what looks like keys, escaped as the kernel does") {
  const auto status = parse_proc_status(with(status_3_10, "sshd", "a\\nNoNewPrivs:\t1"));
  REQUIRE(status);
  CHECK(status->name == "a\\nNoNewPrivs:\t1");
  CHECK_FALSE(status->no_new_privs.has_value());
}

TEST_CASE("proc_status: a name printed with its newline, as gVisor does, forges nothing") {
  for (const std::string name :
       {"\nNoNewPrivs:\t1", "\nSeccomp:\t2", "\nCapAmb:\t0", "\nKthread:\t1", "\nTgid:\t1", "\nPid:\t8",
        "\nUid:\t0\t0\t0\t0", "\nThreads:\t2", "a\nb", "\n"}) {
    CAPTURE(name);
    CHECK(name.size() <= 15); // TASK_COMM_LEN: it fits
    CHECK(bad(status_gvisor(name)));
  }
}

TEST_CASE("proc_status: keys out of the kernel's order are not believed") {
  CHECK(bad("NoNewPrivs:\t1\nState:\tS (sleeping)\n"));
  CHECK(bad("Seccomp:\t2\nNoNewPrivs:\t1\n"));
}

TEST_CASE("proc_status: a line of a megabyte is read or refused, and never shown whole") {
  const std::string long_line(1 << 20, 'x');
  CHECK(parse_proc_status("Name:\t" + long_line + "\nSeccomp:\t2\n")->seccomp == 2U);
  const auto refused = parse_proc_status("Seccomp:\t" + long_line + "\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
}

TEST_CASE("proc_status: what it says of bad text shows none of its control characters") {
  const auto refused = parse_proc_status("Seccomp:\t\x1b[2J\x1b]0;owned\x07\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find('\x1b') == std::string::npos);
  CHECK(refused.error().what.find("\\x1b") != std::string::npos);
}

TEST_CASE("proc_status: supplementary groups are all of the line, and none of it where one is no number") {
  const auto status = parse_proc_status(with(status_6_12, "Groups:\t ", "Groups:\t4 24 4294967294 "));
  REQUIRE(status);
  CHECK(status->groups == std::vector<std::uint32_t>{4, 24, 4294967294U});
  CHECK(bad(with(status_6_12, "Groups:\t ", "Groups:\t4 -1 ")));
  CHECK(bad(with(status_6_12, "Groups:\t ", "Groups:\t4294967296 ")));
  CHECK_FALSE(parse_proc_status("Name:\tx\nState:\tS\n")->groups.has_value());
}

TEST_CASE("proc_status: groups that a name forged are out of the kernel's order") {
  CHECK(bad("Name:\tx\nGroups:\t0 \nState:\tS (sleeping)\nPid:\t7\n"));
}

TEST_CASE("proc_status: numbers in each PID namespace, from ours down to its own") {
  const auto status = parse_proc_status(with(status_6_12, "NSpid:\t191", "NSpid:\t191\t17\t1"));
  REQUIRE(status);
  CHECK(status->nspid == std::vector<std::int64_t>{191, 17, 1});
  CHECK(parse_proc_status(with(status_6_12, "NSpid:\t191", "NSpid:\t0\t1"))->nspid ==
        std::vector<std::int64_t>{0, 1}); // of a namespace beside ours
  for (const char* value : {"", "-1", "191\t-1", "x", "191,1", "9223372036854775808"})
    CHECK(bad(with(status_6_12, "NSpid:\t191", std::string("NSpid:\t") + value)));
  CHECK(bad("Name:\tx\nNSpid:\t9\t1\nState:\tS (sleeping)\nPid:\t9\n")); // that a name forged
}
