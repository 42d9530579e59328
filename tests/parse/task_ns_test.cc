#include "parse/task_ns.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
const std::string host =
    " user=4026531837 mnt=4026531841 pid=4026531836 net=4026531840 ipc=4026531839 uts=4026531838 "
    "cgroup=4026531835 time=4026531834 pid_for_children=4026531836 time_for_children=4026531834\n";
bool bad(const std::string& text) { return !parse_task_ns(text).has_value(); }
} // namespace

TEST_CASE("task_ns: each thread has the numbers of its namespaces") {
  const auto tasks = parse_task_ns("191" + host + "192 user=4026532113 mnt=4026532114\n");
  REQUIRE(tasks);
  REQUIRE(tasks->size() == 2);
  CHECK((*tasks)[0].tid == 191);
  CHECK((*tasks)[0].inodes.at("user") == 4026531837U);
  CHECK((*tasks)[0].inodes.size() == 10);
  CHECK((*tasks)[1].inodes.at("mnt") == 4026532114U);
  CHECK_FALSE((*tasks)[1].inodes.contains("net"));
}

TEST_CASE("task_ns: a kernel without one kind, and one that refuses another, keep their errno") {
  const auto tasks = parse_task_ns("1 user=!ENOENT time=!ENOENT pid=!EACCES net=!errno_524 uts=4026531838\n");
  REQUIRE(tasks);
  const auto& inodes = tasks->front().inodes;
  CHECK(inodes.at("user").error() == ENOENT);
  CHECK(inodes.at("pid").error() == EACCES);
  CHECK(inodes.at("net").error() == 524);
  CHECK(inodes.at("uts") == 4026531838U);
}

TEST_CASE("task_ns: a thread of which nothing was read has no numbers at all") {
  CHECK(parse_task_ns("1\n")->front().inodes.empty());
}

TEST_CASE("task_ns: text that is no list of threads is malformed") {
  CHECK(bad(""));
  CHECK(bad("\n"));
  CHECK(bad("1" + host + "\n"));
  for (const char* tid : {"0", "-1", "x", "1x", "9223372036854775808"})
    CHECK(bad(tid + host));
  for (const char* word : {"user", "=1", "user=", "user=-1", "user=0x1", "user=1=2", "user=!", "user=!0",
                           "user=!EWHAT", "user=18446744073709551616", "user=[1]", "user=1,2"}) {
    CAPTURE(word);
    CHECK(bad("1 " + std::string(word) + "\n"));
  }
}

TEST_CASE("task_ns: a kind named twice makes the whole malformed") {
  CHECK(bad("1 user=1 user=2\n"));
  CHECK(bad("1 user=1 user=!EACCES\n"));
}

TEST_CASE("task_ns: a number cut off is not another namespace") {
  CHECK(bad("1 user=40265318"));
  CHECK(bad("1" + host + "2 user=402"));
}

TEST_CASE("task_ns: hostile bytes and a line of a megabyte are refused and not shown whole") {
  CHECK(bad(std::string("1 user=1\0\n", 10)));
  const auto refused = parse_task_ns("1 user=\x1b" + std::string(1 << 20, '1') + "\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
  CHECK(refused.error().what.find('\x1b') == std::string::npos);
}
