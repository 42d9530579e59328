#include "parse/landlock_trial.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
const std::string head = "abi 7\nerrata 7\ndepth 0\n";
bool bad(const std::string& text) { return !parse_landlock_trial(text).has_value(); }
} // namespace

TEST_CASE(
    "landlock_trial: a kernel with Landlock answers, and each step has what had to come and what came") {
  const auto trial =
      parse_landlock_trial(head + "trial restrict_self ok ok\ntrial open_denied EACCES EACCES\n"
                                  "trial bind_denied EACCES ok\n");
  REQUIRE(trial);
  CHECK(trial->abi == 7U);
  CHECK(trial->errata == 7U);
  CHECK(trial->depth == 0U);
  REQUIRE(trial->steps.size() == 3);
  CHECK(trial->steps[1].as_expected());
  CHECK(trial->steps[2].action == "bind_denied");
  CHECK_FALSE(trial->steps[2].as_expected());
}

TEST_CASE("landlock_trial: a kernel without Landlock, one that leaves it out of its list, and an old ABI") {
  CHECK(parse_landlock_trial("abi !ENOSYS\nerrata !ENOSYS\ndepth !ENOSYS\n")->abi.error() == ENOSYS);
  CHECK(parse_landlock_trial("abi !EOPNOTSUPP\nerrata !EOPNOTSUPP\ndepth !EOPNOTSUPP\n")->abi.error() ==
        EOPNOTSUPP);
  const auto old = parse_landlock_trial("abi 2\nerrata !EINVAL\ndepth 3\n");
  CHECK(old->abi == 2U);
  CHECK(old->errata.error() == EINVAL);
  CHECK(old->depth == 3U);
  CHECK(old->steps.empty());
}

TEST_CASE("landlock_trial: one answer that is missing makes the whole malformed, never a 0") {
  CHECK(bad(""));
  CHECK(bad("errata 7\ndepth 0\n"));
  CHECK(bad("abi 7\ndepth 0\n"));
  CHECK(bad("abi 7\nerrata 7\n"));
}

TEST_CASE("landlock_trial: answers that are no answers are malformed") {
  for (const char* value : {"", "-1", "x", "7 7", "!", "!0", "!EWHAT", "!7", "4294967296", "0x7", "7!"}) {
    CAPTURE(value);
    CHECK(bad("abi " + std::string(value) + "\nerrata 7\ndepth 0\n"));
    CHECK(bad("abi 7\nerrata 7\ndepth " + std::string(value) + "\n"));
  }
  CHECK(bad(head + "abi 7\n"));
  CHECK(bad(head + "depth 1\n"));
  CHECK(bad(head + "other 1\n"));
  CHECK(bad(head + "\n"));
}

TEST_CASE("landlock_trial: steps that are no steps are malformed") {
  for (const char* step : {"trial", "trial a ok", "trial a ok ok ok", "trial a OK ok", "trial a EWHAT ok",
                           "trial a ok 0", "Trial a ok ok"})
    CHECK(bad(head + step + "\n"));
}

TEST_CASE("landlock_trial: what was tried in the present domain has a right, an object, and two answers") {
  const auto trial = parse_landlock_trial(head + "present bind_tcp 127.0.0.1:0 ok EACCES\n"
                                                 "present signal parent EPERM EPERM\n");
  REQUIRE(trial);
  CHECK(trial->steps.empty());
  REQUIRE(trial->present.size() == 2);
  CHECK(trial->present[0].right == "bind_tcp");
  CHECK(trial->present[0].object == "127.0.0.1:0");
  CHECK(trial->present[0].ordinary == "ok");
  CHECK(trial->present[0].outcome == "EACCES");
  CHECK(trial->present[1].ordinary == "EPERM");
  CHECK(parse_landlock_trial(head + "trial open_denied EACCES EACCES\n")->present.empty());
  for (const char* line : {"present", "present a / ok", "present a / ok ok ok", "present a / yes ok",
                           "present a / ok EWHAT", "present a ok ok", "Present a / ok ok"})
    CHECK(bad(head + line + "\n"));
  CHECK(bad(head + "present a / ok ok"));
}

TEST_CASE("landlock_trial: a child killed while it wrote leaves malformed text, not a smaller depth") {
  CHECK(bad("abi 7\nerrata 7\ndepth 1"));
  CHECK(bad(head + "trial open_denied EACCES ok"));
}

TEST_CASE("landlock_trial: hostile bytes are not carried on") {
  const auto trial = parse_landlock_trial(head + "trial \x1b[2J ok ok\n");
  REQUIRE(trial);
  CHECK(trial->steps[0].action.find('\x1b') == std::string::npos);
  CHECK(
      parse_landlock_trial(head + "trial " + std::string(1 << 20, 'a') + " ok ok\n")->steps[0].action.size() <
      128);
  const auto present =
      parse_landlock_trial(head + "present \x1b[2J \x1b" + std::string(1 << 20, 'a') + " ok ok\n");
  REQUIRE(present);
  CHECK(present->present[0].right.find('\x1b') == std::string::npos);
  CHECK(present->present[0].object.size() < 256);
  CHECK(bad(head + std::string(64, '\0') + "\n"));
}
