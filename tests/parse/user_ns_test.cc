#include "parse/user_ns.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_user_ns(text).has_value(); }
} // namespace

TEST_CASE("user_ns: the chain goes from the target's own to the initial one") {
  const auto chain =
      parse_user_ns("user 4026532113 owner_uid=1000\nuser 4026531837 owner_uid=0\nend EPERM\n");
  REQUIRE(chain);
  REQUIRE(chain->size() == 2);
  CHECK((*chain)[0].inode == 4026532113U);
  CHECK((*chain)[0].owner_uid == 1000);
  CHECK((*chain)[1].inode == 4026531837U);
}

TEST_CASE("user_ns: an owner that our namespace does not map is the overflow id") {
  CHECK(parse_user_ns("user 4026532113 owner_uid=4294967295\nend EPERM\n")->front().owner_uid == 4294967295U);
}

TEST_CASE("user_ns: an old kernel ends the chain with another errno, also one without a name") {
  CHECK(parse_user_ns("user 4026531837 owner_uid=0\nend ENOTTY\n"));
  CHECK(parse_user_ns("user 4026531837 owner_uid=0\nend errno_524\n"));
}

TEST_CASE("user_ns: a chain without its end is malformed, for there may be more above") {
  CHECK(bad("user 4026532113 owner_uid=1000\n"));
  CHECK(bad("user 4026532113 owner_uid=1000\nuser 4026531837 owner_uid=0\nend EPERM"));
}

TEST_CASE("user_ns: what no adapter writes is malformed") {
  CHECK(bad(""));
  CHECK(bad("\n"));
  CHECK(bad("end EPERM\n"));
  CHECK(bad("user 1 owner_uid=0\nend EPERM\nuser 2 owner_uid=0\n"));
  CHECK(bad("user 1 owner_uid=0\nend EPERM\nend EPERM\n"));
  CHECK(bad("user 1 owner_uid=0\nend\n"));
  CHECK(bad("user 1 owner_uid=0\nend EPERM EPERM\n"));
  for (const char* error : {"0", "1", "EWHAT", "!EPERM"})
    CHECK(bad("user 1 owner_uid=0\nend " + std::string(error) + "\n"));
  for (const char* line :
       {"user 1", "user 1 0", "user 1 owner_uid=", "user 1 owner_uid=-1", "user -1 owner_uid=0",
        "user 1 owner_uid=4294967296", "user 18446744073709551616 owner_uid=0", "user 1 owner_uid=0 x",
        "mnt 1 owner_uid=0", "user 0x1 owner_uid=0"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\nend EPERM\n"));
  }
}

TEST_CASE("user_ns: hostile bytes and a line of a megabyte are refused and not shown whole") {
  CHECK(bad(std::string("user 1\0 owner_uid=0\nend EPERM\n", 31)));
  const auto refused = parse_user_ns("user \x1b" + std::string(1 << 20, '1') + " owner_uid=0\nend EPERM\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
  CHECK(refused.error().what.find('\x1b') == std::string::npos);
}
