#include "parse/ipv6_route.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
const std::string none(32, '0');
const std::string reserve =
    none + " 00 " + none + " 00 " + none + " ffffffff 00000001 00000000 00200200       lo\n";
} // namespace

TEST_CASE("ipv6_route: prefix, gateway, metric, flags and interface") {
  const auto routes =
      parse_ipv6_route(none + " 00 " + none +
                       " 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003 "
                       "    eth0\n" +
                       reserve);
  REQUIRE(routes);
  REQUIRE(routes->size() == 2);
  const Ipv6Route& first = routes->front();
  CHECK(ip_text(first.to) == "::/0");
  CHECK(ip_text(*first.via) == "fd00::1");
  CHECK(first.metric == 0x400);
  CHECK(first.link == "eth0");
  CHECK_FALSE(first.rejects());
  CHECK(routes->back().rejects());
  CHECK_FALSE(routes->back().via);
  CHECK(routes->back().metric == 0xffffffff);
}

TEST_CASE("ipv6_route: local and anycast routes are told by their flags, and an interface may have no name") {
  const auto routes =
      parse_ipv6_route("fe8000000000000000fc00fffe000001 80 " + none + " 00 " + none +
                       " 00000000 00000002 00000000 80200001     eth0\n" + none + " 00 " + none + " 40 " +
                       none + " 00000000 00000002 00000000 00300001         \n");
  REQUIRE(routes);
  CHECK(routes->front().local());
  CHECK(routes->back().anycast());
  CHECK(routes->back().from.length == 64);
  CHECK(routes->back().link.empty());
}

TEST_CASE("ipv6_route: a file without any route is no answer, for Linux always shows one") {
  CHECK_FALSE(parse_ipv6_route(""));
}

TEST_CASE("ipv6_route: lines that the kernel does not print make the whole malformed") {
  const auto with = [](std::size_t at, std::string_view bytes) {
    std::string text = reserve;
    text.replace(at, bytes.size(), bytes);
    return parse_ipv6_route(text).has_value();
  };
  CHECK(with(0, "f"));
  CHECK_FALSE(with(0, "g"));
  CHECK_FALSE(with(32, "0"));
  CHECK(with(33, "80"));
  CHECK_FALSE(with(33, "81"));
  CHECK_FALSE(with(reserve.size() - 4, "a b"));
  CHECK_FALSE(parse_ipv6_route(reserve.substr(0, reserve.size() - 1)));
  CHECK_FALSE(parse_ipv6_route(reserve + "\n"));
  CHECK_FALSE(parse_ipv6_route(reserve.substr(0, 140) + "\n"));
}
