#include "parse/identity.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
const std::string boot = "boot_id 0f6a9c1e-6a3c-4d8f-9f0e-3c1f6f1f2a55\n";
bool bad(const std::string& text) { return !parse_identity(text).has_value(); }
} // namespace

TEST_CASE("identity: who is asked about and by whom is read") {
  const auto identity = parse_identity("vantage observer\npid 4242\nstart_ticks 297128\n" + boot +
                                       "executable 254:1:1234\nexited no\n");
  REQUIRE(identity);
  CHECK_FALSE(identity->self);
  CHECK(identity->pid == 4242);
  CHECK(identity->start_ticks == 297128U);
  CHECK(identity->boot_id == "0f6a9c1e-6a3c-4d8f-9f0e-3c1f6f1f2a55");
}

TEST_CASE("identity: a process may ask about itself") {
  CHECK(parse_identity("vantage self\npid 1\nstart_ticks 3\n" + boot)->self);
}

TEST_CASE("identity: what /proc hides is not seen, and the rest is") {
  const auto identity = parse_identity("vantage observer\npid 4242\nstart_ticks !EPERM\nboot_id !ENOENT\n");
  REQUIRE(identity);
  CHECK_FALSE(identity->start_ticks.has_value());
  CHECK_FALSE(identity->boot_id.has_value());
}

TEST_CASE("identity: without a vantage or a pid it is nobody's") {
  CHECK(bad(""));
  CHECK(bad("pid 4242\n"));
  CHECK(bad("vantage observer\n"));
  CHECK(bad("vantage other\npid 1\n"));
  CHECK(bad("vantage !EPERM\npid 1\n"));
  CHECK(bad("vantage observer\npid !EPERM\n"));
  for (const char* pid : {"0", "-1", "x", "", "1 2", "9223372036854775808"})
    CHECK(bad("vantage observer\npid " + std::string(pid) + "\n"));
}

TEST_CASE("identity: a start that is no number is malformed, not hidden") {
  for (const char* ticks : {"-1", "x", "", "18446744073709551616", "1 2"})
    CHECK(bad("vantage observer\npid 1\nstart_ticks " + std::string(ticks) + "\n"));
}

TEST_CASE("identity: a start cut off is not another start") {
  CHECK(bad("vantage observer\npid 1\nstart_ticks 2971"));
}

TEST_CASE("identity: hostile values stay values") {
  const auto identity = parse_identity("vantage observer\npid 1\nboot_id \\x0apid 7\\x1b\n");
  REQUIRE(identity);
  CHECK(identity->pid == 1);
  CHECK(identity->boot_id == "\npid 7\x1b");
}
