#include "parse/resolv_conf.h"

#include <catch2/catch.hpp>

using namespace sbx;
using namespace std::string_literals;

namespace {

std::vector<std::string> servers(std::string_view text) {
  std::vector<std::string> found;
  const auto conf = parse_resolv_conf(text);
  for (const NameServer& server : conf->servers)
    found.push_back(ip_text(server.address) + (server.zone.empty() ? "" : "%" + server.zone));
  return found;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("resolv_conf: servers, search list and options") {
  const auto conf =
      parse_resolv_conf("# by somebody\n; and somebody else\nnameserver 10.89.77.1\n"
                        "nameserver\tfe80::1%eth0 and what follows\nsearch dns.podman example.org\n"
                        "options ndots:5 edns0\noptions ndots:2\n");
  REQUIRE(conf);
  CHECK_FALSE(conf->missing);
  REQUIRE(conf->servers.size() == 2);
  CHECK(ip_text(conf->servers[0].address) == "10.89.77.1");
  CHECK(ip_text(conf->servers[1].address) == "fe80::1");
  CHECK(conf->servers[1].zone == "eth0");
  CHECK(conf->search == Strings{"dns.podman", "example.org"});
  CHECK(conf->options == Strings{"ndots:5", "edns0", "ndots:2"});
  CHECK(conf->ndots == 2);
}

TEST_CASE("resolv_conf: the last of search and domain counts") {
  CHECK(parse_resolv_conf("search a b\ndomain c d\n")->search == Strings{"c"});
  CHECK(parse_resolv_conf("domain c\nsearch a b\n")->search == Strings{"a", "b"});
}

TEST_CASE("resolv_conf: addresses are taken as the C libraries take them") {
  CHECK(servers("nameserver 127.1\n") == Strings{"127.0.0.1"});
  CHECK(servers("nameserver 0x7f000001\n") == Strings{"127.0.0.1"});
  CHECK(servers("nameserver 0177.0.0.012\n") == Strings{"127.0.0.10"});
  CHECK(servers("nameserver 167837955\n") == Strings{"10.1.1.3"});
  CHECK(servers("nameserver 10.257\n") == Strings{"10.0.1.1"});
  CHECK(servers("nameserver ::ffff:10.0.0.1\n") == Strings{"::ffff:10.0.0.1"});
  for (const char* wrong : {"256.0.0.1", "1.2.3.4.5", "1.2.3.", ".1", "0x", "08", "4294967296", "1.16777216",
                            "example.org", "10.0.0.1%eth0", "-1", "fe80::g"}) {
    CAPTURE(wrong);
    const auto conf = parse_resolv_conf("nameserver "s + wrong + "\n");
    CHECK(conf->no_server());
    CHECK(conf->servers_not_read == 1);
  }
}

TEST_CASE("resolv_conf: what is no line of it is passed over") {
  for (const char* text :
       {"", "\n\n", "nameserver", "nameserver ", " nameserver 10.0.0.1", "nameserver10.0.0.1",
        "NAMESERVER 10.0.0.1", "#nameserver 10.0.0.1", "xnameserver 10.0.0.1"}) {
    CAPTURE(text);
    const auto conf = parse_resolv_conf(text);
    REQUIRE(conf);
    CHECK(conf->no_server());
    CHECK(conf->servers_not_read == 0);
  }
}

TEST_CASE("resolv_conf: a line without a newline counts, and a NUL ends one") {
  CHECK(servers("nameserver 10.0.0.1") == Strings{"10.0.0.1"});
  CHECK(servers("nameserver 10.0.0.1\0nameserver\nnameserver 10.0.0.2\n"s) ==
        Strings{"10.0.0.1", "10.0.0.2"});
}

TEST_CASE("resolv_conf: hostile sizes are bounded, and what is left out is counted") {
  std::string text, search = "search";
  for (int i = 0; i < 200; ++i) {
    text += "nameserver 10.0.0." + std::to_string(i) + "\noptions o" + std::to_string(i) + "\n";
    search += " x" + std::to_string(i);
  }
  const auto conf = parse_resolv_conf(text + search + "\n");
  CHECK(conf->servers.size() == 64);
  CHECK(conf->servers_left_out == 136);
  CHECK(conf->search.size() == 64);
  CHECK(conf->options.size() == 64);
  CHECK(parse_resolv_conf("options ndots:99999999999999999999\n")->ndots == std::nullopt);
  CHECK(parse_resolv_conf("options ndots:99\n")->ndots == 15);
}
