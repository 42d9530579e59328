#include "parse/net_dev.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
const std::string head =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls "
    "carrier compressed\n";
using Names = std::vector<std::string>;
} // namespace

TEST_CASE("net_dev: the names of the interfaces, in their order") {
  CHECK(parse_net_dev(head + "    lo:    3267      29    0 0\n  eth0: 377354054    7777 0\n").value() ==
        Names{"lo", "eth0"});
  CHECK(parse_net_dev(head).value().empty());
}

TEST_CASE("net_dev: a name may hold any byte but a colon, a slash and white space") {
  CHECK(parse_net_dev(head + "a\x1b\xff|-: 0 0\n").value() == Names{"a\x1b\xff|-"});
}

TEST_CASE("net_dev: what is no list of interfaces is malformed, and none at all is no answer") {
  CHECK_FALSE(parse_net_dev(""));
  CHECK_FALSE(parse_net_dev("Inter-|\n"));
  CHECK_FALSE(parse_net_dev("eth0: 1\n eth1: 2\n"));
  CHECK_FALSE(parse_net_dev(head + "eth0 1 2\n"));
  CHECK_FALSE(parse_net_dev(head + ": 1\n"));
  CHECK_FALSE(parse_net_dev(head + "lo: 1\nlo: 1\n"));
  CHECK_FALSE(parse_net_dev(head + "lo: 1\n\n"));
  CHECK_FALSE(parse_net_dev(head + "lo: 1"));
}
