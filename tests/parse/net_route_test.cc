#include "parse/net_route.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
const std::string head =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n";
std::string plain(const std::string& first) { return head + first + "   \n"; }
bool bad(const std::string& line) { return !parse_net_route(plain(line)); }
} // namespace

TEST_CASE("net_route: a route has a prefix, an interface and perhaps a gateway") {
  const auto routes =
      parse_net_route(head + "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0  \n"
                             "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0  \n");
  REQUIRE(routes);
  REQUIRE(routes->size() == 2);
  CHECK((*routes)[0].link == "eth0");
  CHECK(ip_text((*routes)[0].to) == "0.0.0.0/0");
  CHECK(ip_text(*(*routes)[0].via) == "192.0.2.1");
  CHECK((*routes)[0].metric == 100);
  CHECK((*routes)[0].flags == 3);
  CHECK(ip_text((*routes)[1].to) == "192.0.2.0/24");
  CHECK_FALSE((*routes)[1].via);
}

TEST_CASE("net_route: a blackhole has no interface, and only flags tell the others that refuse") {
  const auto routes = parse_net_route(plain("*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0"));
  REQUIRE(routes);
  CHECK((*routes)[0].link.empty());
  CHECK((*routes)[0].flags == 0x201);
}

TEST_CASE("net_route: a table that was never made is empty text, and one without routes a head") {
  CHECK(parse_net_route("").value().empty());
  CHECK(parse_net_route(head).value().empty());
}

TEST_CASE("net_route: lines that the kernel does not print make the whole malformed") {
  CHECK_FALSE(bad("eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0"));
  CHECK(bad("eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0"));
  CHECK(bad("eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\t0"));
  CHECK(bad("eth0\t0000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0"));
  CHECK(bad("eth0\t00000000000000000000000000000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0"));
  CHECK(bad("eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00FF00FF\t0\t0\t0")); // a mask with holes
  CHECK(bad("eth0\t00000000\t010200C0\t000g\t0\t0\t100\t00000000\t0\t0\t0"));
  CHECK(bad("eth0\t00000000\t010200C0\t0003\t0\t0\t-1\t00000000\t0\t0\t0"));
  CHECK(bad(""));
  CHECK_FALSE(parse_net_route("eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"));
  CHECK_FALSE(parse_net_route(head + "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0"));
}
