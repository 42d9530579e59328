#include "parse/net_attempts.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_net_attempts(text).has_value(); }
} // namespace

TEST_CASE("net_attempts: what connected, what was answered and what was not tried are told apart") {
  const auto attempts = parse_net_attempts("4026532008/tcp:1.1.1.1:443/1000/1000 connected\n"
                                           "4026532008/tcp:[fd00::2]:80/0/0 !ECONNREFUSED\n"
                                           "4026532008/tcp:1.1.1.1:22/0/0 !EPERM untried\n");
  REQUIRE(attempts);
  REQUIRE(attempts->size() == 3);
  CHECK((attempts->at(0).tried && attempts->at(0).error == 0));
  CHECK((attempts->at(1).tried && attempts->at(1).error == ECONNREFUSED));
  CHECK((!attempts->at(2).tried && attempts->at(2).error == EPERM));
}

TEST_CASE("net_attempts: what was not tried never counts as connected") {
  CHECK(bad("4026532008/tcp:1.1.1.1:443/0/0 connected untried\n"));
  CHECK(bad("4026532008/tcp:1.1.1.1:443/0/0 !0\n"));
  CHECK(bad("4026532008/tcp:1.1.1.1:443/0/0\n"));
  CHECK(bad("4026532008/tcp:1.1.1.1:443/0/0 connected"));
  CHECK(bad("tcp:1.1.1.1:443 connected\n"));
  CHECK(bad("4026532008/tcp:1.1.1.1:443/0/0 connecte\n"));
}

TEST_CASE("net_attempts: an address is TCP, a number and a port, and nothing else") {
  for (const char* text : {"tcp:1.1.1.1:443", "tcp:[fd00::1]:443", "tcp:0.0.0.0:1"})
    CHECK(attempt_text(*parse_attempt_address(text)) == text);
  for (const char* text : {"", "tcp:", "1.1.1.1:443", "udp:1.1.1.1:53", "tcp:1.1.1.1", "tcp:1.1.1.1:",
                           "tcp:1.1.1.1:0", "tcp:1.1.1.1:65536", "tcp:fd00::1:443", "tcp:[1.1.1.1]:443",
                           "tcp:example.org:443", "tcp:1.1.1.1:443 ", "tcp:[]:443", "tcp:1.1.1.1:+443"})
    CHECK_FALSE(parse_attempt_address(text));
}

TEST_CASE("net_attempts: a question comes back as it was asked") {
  for (const char* text : {"4026532008/tcp:1.1.1.1:443/1000/100", "1/tcp:[::1]:1/0/4294967295"})
    CHECK(attempt_question(*parse_attempt_question(text)) == text);
  for (const char* text : {"", "///", "1/tcp:1.1.1.1:1/0", "1/tcp:1.1.1.1:1/0/0/0", "x/tcp:1.1.1.1:1/0/0",
                           "1/tcp:1.1.1.1:1/-1/0"})
    CHECK_FALSE(parse_attempt_question(text));
}
