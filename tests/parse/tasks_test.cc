#include "parse/tasks.h"

#include "parse/status_texts.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
const std::string settled = "Listing:\tsettled\n";
std::string task(int tid, const std::string& body) { return "Task:\t" + std::to_string(tid) + "\n" + body; }
bool bad(const std::string& text) { return !parse_tasks(text).has_value(); }
} // namespace

TEST_CASE("tasks: each thread has its own status") {
  const auto tasks = parse_tasks(settled + task(191, status_6_12) + task(42, status_no_seccomp));
  REQUIRE(tasks);
  CHECK(tasks->settled);
  REQUIRE(tasks->tasks.size() == 2);
  CHECK(tasks->tasks[0].tid == 191);
  CHECK(tasks->tasks[0].status->seccomp == 2U);
  CHECK(tasks->tasks[1].tid == 42);
  CHECK_FALSE(tasks->tasks[1].status->seccomp.has_value());
}

TEST_CASE("tasks: old kernels and gVisor say less, and that is not seen") {
  CHECK_FALSE(parse_tasks(settled + task(1060, status_3_10))->tasks[0].status->no_new_privs.has_value());
  CHECK_FALSE(parse_tasks(settled + task(7, status_gvisor()))->tasks[0].status->no_new_privs.has_value());
}

TEST_CASE("tasks: threads that came faster than they were read are said to be moving") {
  CHECK_FALSE(parse_tasks("Listing:\tmoving\n" + task(191, status_6_12))->settled);
}

TEST_CASE("tasks: a thread whose status was refused keeps the errno, also one without a name") {
  const auto tasks = parse_tasks(settled + task(1, "Errno:\tEACCES\n") + task(2, "Errno:\terrno_524\n"));
  REQUIRE(tasks);
  CHECK(tasks->tasks[0].status.error() == EACCES);
  CHECK(tasks->tasks[1].status.error() == 524);
}

TEST_CASE("tasks: a thread listed twice is malformed, for one of them may be forged") {
  CHECK(bad(settled + task(191, status_6_12) + task(191, status_6_12)));
  CHECK(bad(settled + task(191, status_6_12) + task(191, "Errno:\tEACCES\n")));
}

TEST_CASE("tasks: a name printed with its newline, as gVisor does, forges no thread") {
  CHECK(bad(settled + task(7, status_gvisor("\nTask:\t7"))));
  CHECK(bad(settled + task(7, status_gvisor("\nTask:\t8"))));
  CHECK(bad(settled + task(7, status_gvisor("\nTask:\t7\nPid:\t7"))));
  const auto errno_in_name = parse_tasks(settled + task(7, status_gvisor("\nErrno:\tEPERM")));
  REQUIRE(errno_in_name);
  CHECK(errno_in_name->tasks[0].status->seccomp == 0U);
}

TEST_CASE("tasks: a status of another thread is not believed") {
  CHECK(bad(settled + task(190, status_6_12)));
}

TEST_CASE("tasks: one malformed status makes the whole malformed") {
  CHECK(bad(settled + task(191, status_6_12) + task(2, "Seccomp:\t-1\n")));
  CHECK(bad(settled + task(191, status_6_12) + task(2, "")));
}

TEST_CASE("tasks: cutting the text anywhere leaves whole threads, or is malformed") {
  const std::string text = settled + task(191, status_6_12) + task(42, "Errno:\tEACCES\n");
  for (std::size_t length = 0; length < text.size(); ++length)
    if (const auto less = parse_tasks(text.substr(0, length)))
      CHECK(text[length - 1] == '\n');
}

TEST_CASE("tasks: text that is no list of threads is malformed") {
  CHECK(bad(""));
  CHECK(bad(settled));
  CHECK(bad("Listing:\tsettled"));
  CHECK(bad("Listing:\tdone\n" + task(191, status_6_12)));
  CHECK(bad(task(191, status_6_12)));
  CHECK(bad(settled + status_6_12));
  for (const char* tid : {"", "0", "-1", "x", "1x", "99999999999999999999", " 1"})
    CHECK(bad(settled + "Task:\t" + tid + "\nErrno:\tEACCES\n"));
  for (const char* error : {"", "0", "EWHAT", "13", "EACCES\nName:\tsh"})
    CHECK(bad(settled + "Task:\t1\nErrno:\t" + error + "\n"));
}

TEST_CASE("tasks: a line of a megabyte or NUL bytes are refused, and not shown whole") {
  const auto refused = parse_tasks(settled + "Task:\t" + std::string(1 << 20, '1') + "\nErrno:\tEACCES\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
  CHECK(bad(settled + task(1, std::string(4096, '\0') + "\n")));
}

TEST_CASE("tasks: exited threads count only when all have exited") {
  const std::string alive = "State:\tS (sleeping)\n", zombie = "State:\tZ (zombie)\n",
                    dead = "State:\tX (dead)\n";
  const auto mixed = parse_tasks(settled + task(1, zombie) + task(2, alive) + task(3, dead));
  REQUIRE(counted(*mixed).size() == 1);
  CHECK(counted(*mixed)[0]->tid == 2);
  CHECK(counted(*parse_tasks(settled + task(1, zombie) + task(2, dead))).size() == 2);
}

TEST_CASE("tasks: a thread that could not be read, or says no state, counts as alive") {
  const auto tasks = parse_tasks(settled + task(1, "State:\tZ (zombie)\n") + task(2, "Errno:\tEACCES\n") +
                                 task(3, "Name:\tsh\n"));
  CHECK(counted(*tasks).size() == 2);
}
