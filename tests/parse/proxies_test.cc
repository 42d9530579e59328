#include "parse/proxies.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_proxies(text).has_value(); }
} // namespace

TEST_CASE("proxies: scheme, host, port, and that credentials stood there") {
  const auto proxies = parse_proxies("HTTP_PROXY scheme=http host=10.89.77.2 port=3128 credentials=0\n"
                                     "all_proxy scheme=- host=proxy.internal port=- credentials=1\n"
                                     "https_proxy scheme=socks5h host=fd00::1 port=65535 credentials=0\n"
                                     "end more=0\n");
  REQUIRE(proxies);
  REQUIRE(proxies->variables.size() == 3);
  const ProxyVariable& first = proxies->variables[0];
  CHECK(first.name == "HTTP_PROXY");
  CHECK(first.scheme == "http");
  CHECK(first.host == "10.89.77.2");
  REQUIRE(first.address);
  CHECK(ip_text(*first.address) == "10.89.77.2");
  CHECK(first.port == 3128);
  CHECK_FALSE(first.credentials);
  CHECK_FALSE(first.malformed);
  const ProxyVariable& second = proxies->variables[1];
  CHECK(second.scheme.empty());
  CHECK(second.host == "proxy.internal");
  CHECK_FALSE(second.address);
  CHECK_FALSE(second.port);
  CHECK(second.credentials);
  CHECK(proxies->variables[2].address->v6);
  CHECK(proxies->more == 0);
}

TEST_CASE("proxies: malformed, empty, and a list of exceptions") {
  const auto proxies =
      parse_proxies("HTTP_PROXY malformed credentials=1\nhttp_proxy empty\n"
                    "no_proxy value=127.0.0.1,\\x20localhost left_out=7\nNO_PROXY value= left_out=0\n"
                    "end more=3\n");
  REQUIRE(proxies);
  CHECK(proxies->variables[0].malformed);
  CHECK(proxies->variables[0].credentials);
  CHECK(proxies->variables[1].empty);
  CHECK(proxies->variables[2].exceptions == "127.0.0.1, localhost");
  CHECK(proxies->variables[2].exceptions_left_out == 7);
  CHECK(proxies->variables[2].lists_exceptions());
  CHECK(proxies->variables[3].empty);
  CHECK(proxies->more == 3);
}

TEST_CASE("proxies: none is a list too, but one that does not end is not") {
  CHECK(parse_proxies("end more=0\n")->variables.empty());
  CHECK(bad(""));
  CHECK(bad("end more=0"));
  CHECK(bad("HTTP_PROXY empty\n"));
}

TEST_CASE("proxies: what no adapter writes is malformed") {
  for (const char* line : {"HTTP_PROXY",
                           "HTTP_PROXY ",
                           " empty",
                           "HTTP_PROXY full",
                           "HTTP_PROXY empty x",
                           "HTTP_PROXY malformed",
                           "HTTP_PROXY malformed credentials=2",
                           "HTTP_PROXY scheme=http host= port=1 credentials=0",
                           "HTTP_PROXY scheme= host=a port=1 credentials=0",
                           "HTTP_PROXY scheme=http host=a port=65536 credentials=0",
                           "HTTP_PROXY scheme=http host=a port=01 credentials=0",
                           "HTTP_PROXY scheme=http host=a port=1",
                           "HTTP_PROXY scheme=http host=a\\x port=1 credentials=0",
                           "HTTP_PROXY value=a left_out=0",
                           "no_proxy scheme=http host=a port=1 credentials=0",
                           "no_proxy empty",
                           "no_proxy value=a",
                           "end more=-1",
                           "end more=0 x",
                           "end"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\nend more=0\n"));
  }
  CHECK(bad("end more=0\nHTTP_PROXY empty\n"));
}

TEST_CASE("proxies: hostile bytes are refused and not shown whole") {
  const auto refused = parse_proxies("HTTP_PROXY \x1b" + std::string(1 << 20, 'x') + "\nend more=0\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
  CHECK(refused.error().what.find('\x1b') == std::string::npos);
}
