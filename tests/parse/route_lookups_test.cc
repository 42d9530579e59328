#include "parse/route_lookups.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_route_lookups(text).has_value(); }

RouteLookup of(const std::string& answer) {
  const auto lookups = parse_route_lookups("1/1.1.1.1/0 " + answer + "\n");
  INFO((lookups ? "" : lookups.error().what));
  REQUIRE(lookups);
  return lookups->front();
}
} // namespace

TEST_CASE("route_lookups: a question is a namespace, an address and a user") {
  CHECK(route_question(4026532008, *parse_ip_address("1.1.1.1"), 1000) == "4026532008/1.1.1.1/1000");
  CHECK(route_question(1, *parse_ip_address("2606:4700:4700:0::1111"), 4294967295) ==
        "1/2606:4700:4700::1111/4294967295");
}

TEST_CASE("route_lookups: answers, in the order of the text") {
  const auto lookups =
      parse_route_lookups("4026532008/1.1.1.1/1000 type=1 link=2 via=10.89.77.1 from=10.89.77.3 table=254\n"
                          "4026532008/::2/0 type=7 link=- via=- from=- table=4294967295\n"
                          "4026532008/2606:4700:4700::1111/1000 !ENETUNREACH\n"
                          "4026532008/8.8.8.8/1000 !EPERM join\n");
  REQUIRE(lookups);
  REQUIRE(lookups->size() == 4);
  CHECK((*lookups)[0].path == "4026532008/1.1.1.1/1000");
  CHECK((*lookups)[0].asked);
  CHECK((*lookups)[0].error == 0);
  CHECK((*lookups)[0].route->type == 1);
  CHECK((*lookups)[0].route->link == 2U);
  CHECK(ip_text(*(*lookups)[0].route->via) == "10.89.77.1");
  CHECK(ip_text(*(*lookups)[0].route->from) == "10.89.77.3");
  CHECK((*lookups)[0].route->table == 254);
  CHECK_FALSE((*lookups)[1].route->link);
  CHECK((*lookups)[2].asked);
  CHECK((*lookups)[2].error == ENETUNREACH);
  CHECK_FALSE((*lookups)[3].asked);
  CHECK((*lookups)[3].error == EPERM);
}

TEST_CASE("route_lookups: there is no way where the kernel says so, and nowhere else") {
  for (const char* none :
       {"!ENETUNREACH", "!EHOSTUNREACH", "!EACCES", "!EINVAL", "type=6 link=- via=- from=- table=254",
        "type=7 link=- via=- from=- table=254", "type=8 link=- via=- from=- table=254"}) {
    CAPTURE(none);
    CHECK(no_route(of(none)));
  }
  for (const char* other : {"!ENETUNREACH join", "!EACCES join", "!EINVAL join", "!EPERM", "!EOPNOTSUPP",
                            "type=1 link=2 via=- from=- table=254", "type=2 link=1 via=- from=- table=255"}) {
    CAPTURE(other);
    CHECK_FALSE(no_route(of(other)));
  }
}

TEST_CASE("route_lookups: text that is no answer is malformed") {
  for (const char* line :
       {"\n", "1/1.1.1.1/0\n", "1/1.1.1.1/0 \n", " !EPERM\n", "1/1.1.1.1/0 !\n", "1/1.1.1.1/0 EPERM\n",
        "1/1.1.1.1/0 !EWHAT\n", "1/1.1.1.1/0 !EPERM joined\n", "1/1.1.1.1/0 !EPERM join x\n",
        "1/1.1.1.1/0 type=1 link=2 via=- from=-\n", "1/1.1.1.1/0 type=256 link=2 via=- from=- table=1\n",
        "1/1.1.1.1/0 type=1 link=2 via=- from=- table=1 x\n",
        "1/1.1.1.1/0 type=1 link=2 via=1.1 from=- table=1\n",
        "1/1.1.1.1/0 type=1 link=2 from=- via=- table=1\n", "\\x2 !EPERM\n",
        "1/1.1.1.1/0 !EPERM\n1/1.1.1.1/0 !EPERM join\n"}) {
    CAPTURE(line);
    CHECK(bad(line));
  }
  CHECK(bad(""));
  CHECK(bad("1/1.1.1.1/0 type=1 link=2 via=- from=- table=25"));
}
