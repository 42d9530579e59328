#include "parse/task_attr.h"

#include "kernel/property_text.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_task_attr(text).has_value(); }
} // namespace

TEST_CASE("task_attr: each thread has a label, or the errno of each module") {
  const auto tasks =
      parse_task_attr("191 current=:docker-default\\x20(enforce) apparmor=:docker-default\\x20(enforce) "
                      "smack=!ENOENT\n192 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n");
  REQUIRE(tasks);
  REQUIRE(tasks->size() == 2);
  CHECK((*tasks)[0].tid == 191);
  CHECK(*(*tasks)[0].apparmor == "docker-default (enforce)");
  CHECK((*tasks)[0].smack.error() == ENOENT);
  CHECK((*tasks)[1].current.error() == EINVAL);
}

TEST_CASE("task_attr: a kernel before 5.8 has no directory for AppArmor and says it in current") {
  const auto tasks = parse_task_attr("1 current=:unconfined apparmor=!ENOENT smack=!ENOENT\n");
  CHECK(*tasks->front().current == "unconfined");
  CHECK(tasks->front().apparmor.error() == ENOENT);
}

TEST_CASE("task_attr: an empty label is a label") {
  CHECK(*parse_task_attr("1 current=: apparmor=!ENOENT smack=!ENOENT\n")->front().current == "");
}

TEST_CASE("task_attr: whatever bytes a label has come back, and never as a word, a line or a refusal") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte)
    every += static_cast<char>(byte);
  for (const std::string& label : {std::string("a b"), std::string("!EACCES"), std::string("x\n2 current=:y"),
                                   std::string("a\tb smack=:_"), every}) {
    const auto tasks =
        parse_task_attr("1 current=:" + word_of(label) + " apparmor=!ENOENT smack=!errno_524\n");
    REQUIRE(tasks);
    REQUIRE(tasks->size() == 1);
    CHECK(*tasks->front().current == label);
    CHECK(tasks->front().smack.error() == 524);
  }
}

TEST_CASE("task_attr: what no adapter writes is malformed") {
  const std::string rest = " apparmor=!ENOENT smack=!ENOENT\n";
  CHECK(bad(""));
  CHECK(bad("\n"));
  CHECK(bad("1\n"));
  CHECK(bad("1 current=:a\n"));
  CHECK(bad("1 apparmor=!ENOENT current=:a smack=!ENOENT\n"));
  CHECK(bad("1 current=:a apparmor=!ENOENT smack=!ENOENT selinux=:b\n"));
  for (const char* tid : {"0", "-1", "x", "9223372036854775808"})
    CHECK(bad(std::string(tid) + " current=:a" + rest));
  for (const char* word : {"current", "current=", "current=a", "current=!", "current=!0", "current=!EWHAT",
                           "current=:\\", "current=:\\x2", "current=:\\n", "currently=:a", "curren=:a"}) {
    CAPTURE(word);
    CHECK(bad("1 " + std::string(word) + rest));
  }
}

TEST_CASE("task_attr: a label cut off is not another label") {
  CHECK(bad("1 current=!EINVAL apparmor=!ENOENT smack=:_"));
}

TEST_CASE("task_attr: a line of a megabyte is refused and not shown whole") {
  const auto refused =
      parse_task_attr("1 current=!" + std::string(1 << 20, 'E') + " apparmor=!ENOENT smack=!ENOENT\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
}
