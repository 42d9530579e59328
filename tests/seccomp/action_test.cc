#include "seccomp/action.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("seccomp action: the values of the kernel, and those that it does not know") {
  CHECK(action_name(action_of(0x7fff0000)) == "allow");
  CHECK(action_name(action_of(0x7fff0007)) == "allow"); // data that nobody asks for
  CHECK(action_of(0x7fff0007) == action_of(0x7fff0000));
  CHECK(action_name(action_of(0x00050001)) == "errno:1");
  CHECK(action_name(action_of(0x0005ffff)) == "errno:4095"); // MAX_ERRNO
  CHECK(action_name(action_of(0x00050000)) == "errno:0");
  CHECK(action_name(action_of(0x00030000)) == "trap");
  CHECK(action_name(action_of(0x00030009)) == "trap:9");
  CHECK(action_name(action_of(0x7ff00007)) == "trace:7");
  CHECK(action_name(action_of(0x7fc00000)) == "notify");
  CHECK(action_name(action_of(0x7ffc0000)) == "log");
  CHECK(action_name(action_of(0)) == "kill_thread");
  CHECK(action_name(action_of(0x80000000)) == "kill_process");
  CHECK(action_name(action_of(0x12340000)) == "kill_process"); // what it does not know
}

TEST_CASE("seccomp action: the lowest wins, and among equals the newer filter's data") {
  const auto of = [](std::uint32_t newer, std::uint32_t older) {
    return stricter(action_of(newer), action_of(older));
  };
  CHECK(of(0x7fff0000, 0x00050001) == action_of(0x00050001));
  CHECK(of(0x00050002, 0x00050001) == action_of(0x00050002));
  CHECK(of(0x00050001, 0x80000000) == action_of(0x80000000));
  CHECK(of(0, 0x80000000) == action_of(0x80000000)); // kill_process is negative
  // Unknown values kill when they win, but where they stand is by their number: above log.
  CHECK(of(0x7ffd0000, 0x7ffc0000) == action_of(0x7ffc0000));
  CHECK(of(0x7ffd0000, 0x7fff0000).kind == ActionKind::kill_process);
}

TEST_CASE("seccomp action: what is refused, and what is let through") {
  for (const std::uint32_t value : {0x80000000U, 0U, 0x00030000U, 0x00050000U, 0x00050001U}) {
    CHECK(refuses(action_of(value)));
    CHECK_FALSE(lets_through(action_of(value)));
  }
  for (const std::uint32_t value : {0x7fff0000U, 0x7ffc0000U})
    CHECK(lets_through(action_of(value)));
  for (const std::uint32_t value : {0x7fc00000U, 0x7ff00000U}) { // somebody else decides
    CHECK_FALSE(refuses(action_of(value)));
    CHECK_FALSE(lets_through(action_of(value)));
  }
}

TEST_CASE("seccomp action: names are read back, and nothing else") {
  for (const char* name : {"allow", "log", "notify", "trace", "trace:7", "trap", "trap:9", "errno:1",
                           "errno:0", "kill_thread", "kill_process"})
    CHECK(action_name(*parse_action(name)) == name);
  CHECK(parse_action("errno:EPERM") == action_of(0x00050001));
  for (const char* wrong :
       {"", "kill", "errno", "errno:", "errno:x", "errno:70000", "allow:1", "notify:1", "conditional"})
    CHECK_FALSE(parse_action(wrong));
  CHECK(action_words(action_of(0x00050026)) == "errno ENOSYS");
  CHECK(action_words(action_of(0x00050000)) == "pretend success");
}
