#include "parse/if_inet6.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("if_inet6: each address with the interface that has it") {
  const auto found = parse_if_inet6("00000000000000000000000000000001 01 80 10 80       lo\n"
                                    "fe8000000000000000fc00fffe000001 1f4 40 20 80     eth0\n");
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(ip_text((*found)[0].prefix) == "::1/128");
  CHECK((*found)[0].link == 1);
  CHECK((*found)[0].name == "lo");
  CHECK(ip_text((*found)[1].prefix) == "fe80::fc:ff:fe00:1/64");
  CHECK((*found)[1].link == 500);
  CHECK((*found)[1].flags == 0x80);
}

TEST_CASE("if_inet6: a namespace may have no address at all") { CHECK(parse_if_inet6("").value().empty()); }

TEST_CASE("if_inet6: lines that the kernel does not print make the whole malformed") {
  const std::string address = "00000000000000000000000000000001 ";
  CHECK(parse_if_inet6(address + "01 80 10 80 lo\n"));
  for (const char* rest : {"01 80 10 80\n", "00 80 10 80 lo\n", "01 81 10 80 lo\n", "01 80 10 8g lo\n",
                           "01 80 10 80 lo more\n", "01 80 10 80 lo", "\n"})
    CHECK_FALSE(parse_if_inet6(address + rest));
  CHECK_FALSE(parse_if_inet6("0000000000000000000000000000000 01 80 10 80 lo\n"));
}
