#include "parse/net_config.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string begin = "netns 4026532008 tid=4242\n";
const std::string good = begin + "end ok\n";

std::vector<NetConfig> read(const std::string& text) {
  const auto configs = parse_net_config(text);
  INFO((configs ? "" : configs.error().what));
  REQUIRE(configs);
  return *configs;
}

NetConfig one(const std::string& lines) {
  const auto configs = read(begin + lines + "end ok\n");
  REQUIRE(configs.size() == 1);
  return configs[0];
}

bool bad(const std::string& text) { return !parse_net_config(text).has_value(); }

} // namespace

TEST_CASE("net_config: a namespace, and who lives in it") {
  const auto configs = read(good + "netns 4026532100 tid=4243\nend !EPERM\nnetns 0 tid=4244\nend !EACCES\n");
  REQUIRE(configs.size() == 3);
  CHECK(configs[0].inode == 4026532008);
  CHECK(configs[0].tid == 4242);
  CHECK(configs[0].error == 0);
  CHECK(configs[1].error == EPERM);
  CHECK(configs[2].inode == 0);
  CHECK(configs[2].error == EACCES);
}

TEST_CASE("net_config: links, by their kind, state and other end") {
  const auto config =
      one("link 1 name=lo kind=- flags=0x10049 peer=- peer_netns=- master=- mac=00:00:00:00:00:00\n"
          "link 2 name=e\\x1bth\\x5c0 kind=veth flags=0x11043 peer=5 peer_netns=0 master=9 "
          "mac=02:00:00:00:00:01\n"
          "link 3 name=- kind=macvlan flags=0x1002 peer=4 peer_netns=-1 master=- mac=-\n");
  REQUIRE(config.links.size() == 3);
  CHECK(config.links[0].loopback());
  CHECK(config.links[0].up());
  CHECK(config.links[0].kind.empty());
  CHECK_FALSE(config.links[0].peer);
  CHECK_FALSE(config.links[0].peer_netns);
  CHECK(config.links[1].index == 2);
  CHECK(config.links[1].name == "e\x1bth\\0");
  CHECK(config.links[1].kind == "veth");
  CHECK(config.links[1].peer == 5U);
  CHECK(config.links[1].peer_netns == 0);
  CHECK(config.links[1].master == 9U);
  CHECK(config.links[1].mac == "02:00:00:00:00:01");
  CHECK(config.links[2].name == "-");
  CHECK(config.links[2].peer_netns == -1);
  CHECK(config.links[2].mac.empty());
  CHECK_FALSE(config.links[2].up());
}

TEST_CASE("net_config: addresses, routes and neighbours of both families") {
  const auto config =
      one("address 2 10.89.77.3/24\naddress 2 fe80::1/64\n"
          "route table=254 to=0.0.0.0/0 type=1 link=2 via=10.89.77.1 metric=0 protocol=3\n"
          "route table=254 to=10.1.0.0/16 type=1 link=2 via=fe80::9 metric=100 protocol=2\n"
          "route table=4294967295 to=::/0 type=7 link=- via=- metric=4294967295 protocol=255 from=fd00::/8\n"
          "neighbour 2 10.89.77.1 state=0x2 mac=02:00:00:00:00:02\nneighbour 2 fe80::2 state=0x20 mac=-\n");
  REQUIRE(config.addresses.size() == 2);
  CHECK(config.addresses[0].link == 2);
  CHECK(ip_text(config.addresses[0].prefix) == "10.89.77.3/24");
  CHECK(ip_text(config.addresses[1].prefix) == "fe80::1/64");
  REQUIRE(config.routes.size() == 3);
  CHECK(config.routes[0].is_default());
  CHECK(ip_text(*config.routes[0].via) == "10.89.77.1");
  CHECK(config.routes[0].protocol == 3);
  CHECK_FALSE(config.routes[1].is_default());
  CHECK(ip_text(*config.routes[1].via) == "fe80::9");
  CHECK(config.routes[1].metric == 100);
  CHECK_FALSE(config.routes[1].from);
  CHECK(config.routes[2].type == 7);
  CHECK_FALSE(config.routes[2].is_default());
  CHECK_FALSE(config.routes[2].link);
  CHECK(config.routes[2].table == 4294967295);
  CHECK(ip_text(*config.routes[2].from) == "fd00::/8");
  REQUIRE(config.neighbours.size() == 2);
  CHECK(config.neighbours[0].state == 2);
  CHECK(config.neighbours[1].mac.empty());
  CHECK(config.neighbours[1].address.v6);
}

TEST_CASE("net_config: rules, with all that limits them") {
  const auto config =
      one("rule family=4 priority=32766 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=- invert=0\n"
          "rule family=6 priority=10 action=8 table=0 from=fd00::/8 to=::1/128 iif=\\x2d oif=a\\x20b mark=16 "
          "uids=1000-2000 invert=1 also=dport,27\n");
  REQUIRE(config.rules.size() == 2);
  CHECK_FALSE(config.rules[0].v6);
  CHECK(config.rules[0].table == 254);
  CHECK_FALSE(config.rules[0].from);
  CHECK_FALSE(config.rules[0].uids);
  CHECK(config.rules[0].iif.empty());
  CHECK(config.rules[0].also.empty());
  CHECK(config.rules[1].v6);
  CHECK(config.rules[1].action == 8);
  CHECK(config.rules[1].iif == "-");
  CHECK(config.rules[1].oif == "a b");
  CHECK(config.rules[1].mark == 16U);
  CHECK(config.rules[1].uids == std::pair(1000U, 2000U));
  CHECK(config.rules[1].invert);
  CHECK(config.rules[1].also == "dport,27");
}

TEST_CASE("net_config: a sysctl that was refused is no value") {
  const auto config = one("sysctl ipv4/ip_forward 0\nsysctl ipv4/ping_group_range 1\\x090\n"
                          "sysctl ipv6/conf/all/forwarding !ENOENT\nsysctl odd \\x21EPERM\n");
  CHECK(config.sysctls.at("ipv4/ip_forward") == "0");
  CHECK(config.sysctls.at("ipv4/ping_group_range") == "1\t0");
  CHECK(config.sysctls.at("ipv6/conf/all/forwarding").error() == ENOENT);
  CHECK(config.sysctls.at("odd") == "!EPERM");
}

TEST_CASE("net_config: what was seen before an errno is kept, and the errno with it") {
  const auto configs = read(begin + "address 2 10.89.77.3/24\nend !EFBIG\n");
  CHECK(configs[0].error == EFBIG);
  CHECK(configs[0].addresses.size() == 1);
}

TEST_CASE("net_config: text that is no network namespace is malformed") {
  for (const char* line : {
           "\n",
           "link\n",
           "link 1\n",
           "link 2 name= kind=- flags=0x0 peer=- peer_netns=- master=- mac=-\n",
           "link 2 name=a kind= flags=0x0 peer=- peer_netns=- master=- mac=-\n",
           "link 2 name=a kind=- flags=0 peer=- peer_netns=- master=- mac=-\n",
           "link 2 name=a kind=- flags=0x100000000 peer=- peer_netns=- master=- mac=-\n",
           "link 2 name=a kind=- flags=0x0 peer=-1 peer_netns=- master=- mac=-\n",
           "link 2 name=a kind=- flags=0x0 peer=- peer_netns=-2 master=- mac=-\n",
           "link 2 name=a kind=- flags=0x0 peer=- peer_netns=2147483648 master=- mac=-\n",
           "link 2 name=a kind=- flags=0x0 peer=- master=- peer_netns=- mac=-\n",
           "link 2 name=a kind=- flags=0x0 peer=- peer_netns=- master=- mac=- x\n",
           "link 2 name=a\\x2 kind=- flags=0x0 peer=- peer_netns=- master=- mac=-\n",
           "link 02 name=a kind=- flags=0x0 peer=- peer_netns=- master=- mac=-\n",
           "address 2 10.0.0.1\n",
           "address 2 10.0.0.1/33\n",
           "address 2 10.0.0.1/24 x\n",
           "address x 10.0.0.1/24\n",
           "route table=254 to=0.0.0.0/0 type=1 link=2 via=x metric=0 protocol=3\n",
           "route table=254 to=default type=1 link=2 via=- metric=0 protocol=3\n",
           "route table=254 to=0.0.0.0/0 type=256 link=2 via=- metric=0 protocol=3\n",
           "route table=254 to=0.0.0.0/0 type=1 link=2 via=- metric=0\n",
           "route table=254 to=0.0.0.0/0 type=1 link=2 via=- metric=0 protocol=3 from=-\n",
           "rule family=5 priority=0 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=- invert=0\n",
           "rule family=4 priority=0 action=1 table=254 from=- to=- iif= oif=- mark=- uids=- invert=0\n",
           "rule family=4 priority=0 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=1000 invert=0\n",
           "rule family=4 priority=0 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=1-2-3 invert=0\n",
           "rule family=4 priority=0 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=- invert=2\n",
           "rule family=4 priority=0 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=-\n",
           "neighbour 2 10.0.0.1 state=2 mac=-\n",
           "neighbour 2 10.0.0.1/8 state=0x2 mac=-\n",
           "sysctl ipv4/ip_forward\n",
           "sysctl  0\n",
           "sysctl ipv4/ip_forward !EWHAT\n",
           "sysctl ipv4/ip_forward 0 1\n",
           "sysctl a 0\nsysctl a 1\n",
           "end\n",
           "end OK\n",
           "end EPERM\n",
           "end ok x\n",
           "other 1\n",
           "netns 4026532100 tid=4243\nend ok\n",
       }) {
    CAPTURE(line);
    CHECK(bad(begin + line + "end ok\n"));
  }
  CHECK(bad(""));
  CHECK(bad("end ok\n"));
  CHECK(bad("address 2 10.0.0.1/8\n" + good));
  CHECK(bad(good + "address 2 10.0.0.1/8\n"));
  CHECK(bad("netns 1 tid=-1\nend ok\n"));
  CHECK(bad("netns tid=1\nend ok\n"));
}

TEST_CASE("net_config: a namespace that does not end, or is told twice, is malformed") {
  CHECK(bad(begin));
  CHECK(bad(begin + "address 2 10.0.0.1/8\n"));
  CHECK(bad(begin + "end o"));
  CHECK(bad(begin + "end ok"));
  CHECK(bad(good + good));
}

TEST_CASE("net_config: a line of a megabyte is refused and not shown whole") {
  const auto configs = parse_net_config(begin + "\x1b" + std::string(1 << 20, 'a') + "\n");
  REQUIRE_FALSE(configs);
  CHECK(configs.error().what.size() < 512);
  CHECK(configs.error().what.find('\x1b') == std::string::npos);
}
