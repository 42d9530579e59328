#include "network/proc_net_config.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

IpPrefix prefix(const char* text) { return parse_ip_prefix(text).value(); }

std::string told(const NetConfig& config) {
  const auto name = [&](std::optional<std::uint32_t> index) -> std::string {
    for (const NetLink& link : config.links)
      if (link.index == index)
        return link.name;
    return index ? "?" : "-";
  };
  std::string all;
  for (const NetRoute& it : config.routes)
    all += std::to_string(it.table) + " " + ip_text(it.to) + " " + std::to_string(it.type) + " " +
           name(it.link) + " " + (it.via ? ip_text(*it.via) : "-") + "\n";
  return all;
}

// As the kernel prints them while no rule was ever added: one trie under both names.
std::vector<FibEntry> both(const std::vector<FibEntry>& once) {
  std::vector<FibEntry> all;
  for (const std::uint32_t table : {254U, 255U})
    for (FibEntry it : once) {
      it.table = table;
      all.push_back(it);
    }
  return all;
}

} // namespace

TEST_CASE("proc_net_config: routes of the main table have their interface and gateway") {
  ProcNetFiles files;
  files.links = {"lo", "eth0"};
  files.tables4 = both({{0, prefix("0.0.0.0/0"), 1},
                        {0, prefix("192.0.2.0/24"), 1},
                        {0, prefix("192.0.2.2/32"), 2},
                        {0, prefix("192.0.2.255/32"), 3}});
  files.main4 = {{"eth0", prefix("0.0.0.0/0"), parse_ip_address("192.0.2.1"), 3, 0},
                 {"eth0", prefix("192.0.2.0/24"), std::nullopt, 1, 0}};
  const NetConfig config = net_config_of(files);
  CHECK(told(config) == "254 0.0.0.0/0 1 eth0 192.0.2.1\n"
                        "254 192.0.2.0/24 1 eth0 -\n"
                        "255 192.0.2.2/32 2 - -\n"
                        "255 192.0.2.255/32 3 - -\n");
  CHECK(config.routes[0].is_default());
  REQUIRE(config.addresses.size() == 1);
  CHECK(ip_text(config.addresses[0].prefix) == "192.0.2.2/24");
  CHECK(config.addresses[0].link == *config.routes[0].link);
  CHECK(config.error == EOPNOTSUPP); // rules were never looked at
  REQUIRE(config.files);
  CHECK(config.files->routes4);
  CHECK_FALSE(config.files->routes6);
}

TEST_CASE("proc_net_config: a default route of another table is told, though its interface is not") {
  ProcNetFiles files;
  files.links = {"lo"};
  files.tables4 = {{100, prefix("0.0.0.0/0"), 1}};
  files.main4.emplace();
  const NetConfig config = net_config_of(files);
  CHECK(told(config) == "100 0.0.0.0/0 1 - -\n");
  CHECK(config.routes[0].is_default());
}

TEST_CASE(
    "proc_net_config: what refuses or drops is no default route, whatever the main table's file looks like") {
  ProcNetFiles files;
  files.tables4 = both({{0, prefix("0.0.0.0/0"), 7}, {0, prefix("1.0.0.0/8"), 6}});
  files.main4 = {{"", prefix("0.0.0.0/0"), std::nullopt, 0x201, 0},
                 {"", prefix("1.0.0.0/8"), std::nullopt, 1, 0}};
  CHECK(told(net_config_of(files)) == "254 0.0.0.0/0 7 - -\n254 1.0.0.0/8 6 - -\n");
  files.tables4.reset(); // only the main table's file was seen
  const NetConfig config = net_config_of(files);
  CHECK(config.routes.empty());
  CHECK_FALSE(config.files->routes4);
}

TEST_CASE("proc_net_config: tables that are apart stay as they were printed") {
  ProcNetFiles files;
  files.tables4 = {
      {254, prefix("0.0.0.0/0"), 1}, {255, prefix("127.0.0.1/32"), 2}, {255, prefix("9.0.0.0/8"), 1}};
  CHECK(told(net_config_of(files)) == "254 0.0.0.0/0 1 - -\n255 127.0.0.1/32 2 - -\n255 9.0.0.0/8 1 - -\n");
}

TEST_CASE("proc_net_config: several routes to one prefix all have their own gateway") {
  ProcNetFiles files;
  files.tables4 = both({{0, prefix("0.0.0.0/0"), 1}, {0, prefix("0.0.0.0/0"), 1}});
  files.main4 = {{"eth0", prefix("0.0.0.0/0"), parse_ip_address("192.0.2.1"), 3, 0},
                 {"wlan0", prefix("0.0.0.0/0"), parse_ip_address("192.0.3.1"), 3, 600}};
  CHECK(told(net_config_of(files)) == "254 0.0.0.0/0 1 eth0 192.0.2.1\n254 0.0.0.0/0 1 wlan0 192.0.3.1\n");
}

TEST_CASE("proc_net_config: the default routes that IPv6 keeps in reserve are no routes, a rejecting one is "
          "no way") {
  ProcNetFiles files;
  files.tables6 = {{prefix("::/0"), prefix("::/0"), {}, 0xffffffff, 0x00200200, "lo"},
                   {prefix("::/0"), prefix("::/0"), {}, 0x400, 0x00200200, "lo"},
                   {prefix("::1/128"), prefix("::/0"), {}, 0, 0x80200001, "lo"},
                   {prefix("ff00::/8"), prefix("::/0"), {}, 0x100, 1, "eth0"},
                   {prefix("fe80::/64"), prefix("::/0"), {}, 0x100, 1, "eth0"}};
  const NetConfig config = net_config_of(files);
  CHECK(told(config) == "0 ::/0 7 lo -\n255 ::1/128 2 lo -\n0 ff00::/8 5 eth0 -\n0 fe80::/64 1 eth0 -\n");
  CHECK_FALSE(config.routes[0].is_default());
  CHECK(config.files->routes6);
  CHECK_FALSE(config.files->routes4);
}

TEST_CASE("proc_net_config: a real default route of IPv6 is one") {
  ProcNetFiles files;
  files.tables6 = {{prefix("::/0"), prefix("::/0"), parse_ip_address("fd00::1"), 0x400, 3, "eth0"}};
  CHECK(net_config_of(files).routes[0].is_default());
}

TEST_CASE("proc_net_config: interfaces have the index that a file tells, or one that no interface has") {
  ProcNetFiles files;
  files.links = {"lo", "eth0"};
  files.addresses6 = {{prefix("fe80::1/64"), 7, "eth0", 0}};
  const NetConfig config = net_config_of(files);
  REQUIRE(config.links.size() == 2);
  CHECK(config.links[0].index >= unnumbered_link);
  CHECK(config.links[0].loopback());
  CHECK(config.links[1].index == 7);
  CHECK_FALSE(config.links[1].loopback());
  CHECK(config.links[1].up()); // that it is down was not seen
  CHECK(config.addresses[0].link == 7);
}

TEST_CASE("proc_net_config: another interface that was given the name lo is none") {
  ProcNetFiles files;
  files.links = {"lo", "was_lo"};
  files.addresses6 = {{prefix("fe80::1/64"), 9, "lo", 0}, {prefix("::1/128"), 1, "was_lo", 0}};
  const NetConfig config = net_config_of(files);
  CHECK_FALSE(config.links[0].loopback());
  CHECK(config.links[1].loopback());
}

TEST_CASE("proc_net_config: of nothing follows nothing") {
  const NetConfig config = net_config_of({});
  CHECK(config.routes.empty());
  CHECK(config.error != 0);
  CHECK_FALSE(config.files->links);
  CHECK_FALSE(config.files->routes4);
  CHECK_FALSE(config.files->routes6);
}
