#include "core/ip_address.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("ip_address: text comes back as the same text, in its shortest form") {
  for (const char* text :
       {"10.89.77.3", "0.0.0.0", "255.255.255.255", "::", "::1", "fe80::1", "2606:4700::1111"})
    CHECK(ip_text(*parse_ip_address(text)) == text);
  CHECK(ip_text(*parse_ip_address("FE80:0:0:0:0:0:0:1")) == "fe80::1");
  CHECK(ip_text(*parse_ip_prefix("10.0.0.0/8")) == "10.0.0.0/8");
  CHECK(ip_text(*parse_ip_prefix("::1")) == "::1/128");
}

TEST_CASE("ip_address: what is no address is none") {
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.256", "1.2.3.4 ", "fe80::1%eth0", "1.2.3.4:80", "[::1]", "example"})
    CHECK_FALSE(parse_ip_address(text));
  CHECK_FALSE(parse_ip_address(std::string_view("1.2.3.4\0", 8)));
  CHECK_FALSE(parse_ip_address(std::string(1000, '1')));
  for (const char* text :
       {"10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "/8"})
    CHECK_FALSE(parse_ip_prefix(text));
}

TEST_CASE("ip_address: a prefix contains its own family's addresses that share its bits, and no others") {
  const auto holds = [](const char* prefix, const char* address) {
    return parse_ip_prefix(prefix)->contains(*parse_ip_address(address));
  };
  CHECK(holds("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  CHECK(holds("10.128.0.0/9", "10.200.0.1"));
  CHECK_FALSE(holds("10.128.0.0/9", "10.127.0.1"));
  CHECK(holds("0.0.0.0/0", "1.2.3.4"));
  CHECK_FALSE(holds("0.0.0.0/0", "::1"));
  CHECK(holds("::/0", "::1"));
  CHECK(holds("1.2.3.4/32", "1.2.3.4"));
  CHECK_FALSE(holds("1.2.3.4/32", "1.2.3.5"));
}

TEST_CASE("ip_address: loopback, link-local and unspecified are told by their ranges") {
  CHECK(parse_ip_address("127.9.9.9")->loopback());
  CHECK(parse_ip_address("::1")->loopback());
  CHECK_FALSE(parse_ip_address("128.0.0.1")->loopback());
  CHECK(parse_ip_address("169.254.169.254")->link_local());
  CHECK(parse_ip_address("fe80::1")->link_local());
  CHECK_FALSE(parse_ip_address("fd00::1")->link_local());
  CHECK(parse_ip_address("::")->unspecified());
  CHECK_FALSE(parse_ip_address("::1")->unspecified());
}
