// Rules as target/net/ruleset has them, from words that are easier to read.
#pragma once

#include "core/ip_address.h"
#include "network/passage.h"
#include "parse/net_ruleset.h"

#include <catch2/catch.hpp>

#include <fmt/core.h>
#include <string>
#include <vector>

namespace sbx::rules {

inline std::string hex(std::uint64_t number, unsigned bytes) {
  return fmt::format("{:0{}x}", number, bytes * 2);
}
inline std::string hex_host(std::uint32_t number) { // little-endian
  return hex(__builtin_bswap32(number), 4);
}
inline std::string hex(const IpAddress& address) {
  std::string text;
  for (unsigned i = 0; i < address.bits() / 8; ++i)
    text += fmt::format("{:02x}", address.bytes.at(i));
  return text;
}
inline IpAddress ip(const std::string& text) { return *parse_ip_address(text); }

inline std::string cmp(const std::string& data, int op = 0) {
  return fmt::format("expr cmp sreg=1 op={} data={}\n", op, data);
}
inline std::string meta(int key) { return fmt::format("expr meta key={} dreg=1\n", key); }
inline std::string payload(int base, int offset, int len, int dreg = 1) {
  return fmt::format("expr payload dreg={} base={} offset={} len={}\n", dreg, base, offset, len);
}
inline std::string l4proto(int protocol, int op = 0) {
  return meta(16) + cmp(hex(static_cast<unsigned>(protocol), 1), op);
}
inline const std::string tcp = l4proto(6), udp = l4proto(17);
inline std::string dport(unsigned port, int op = 0) { return payload(2, 2, 2) + cmp(hex(port, 2), op); }
inline std::string dports(unsigned from, unsigned to, int op = 0) {
  return payload(2, 2, 2) +
         fmt::format("expr range sreg=1 op={} from={} to={}\n", op, hex(from, 2), hex(to, 2));
}
inline std::string load_daddr(bool v6 = false) { return v6 ? payload(1, 24, 16) : payload(1, 16, 4); }
inline std::string daddr(const std::string& prefix, int op = 0) {
  const IpPrefix it = *parse_ip_prefix(prefix);
  std::string mask;
  for (unsigned i = 0; i < it.address.bits(); i += 8) {
    const unsigned left = it.length > i ? std::min(it.length - i, 8U) : 0;
    mask += fmt::format("{:02x}", 0xffU << (8 - left) & 0xffU);
  }
  std::string masked = it.length == it.address.bits()
                           ? ""
                           : fmt::format("expr bitwise sreg=1 dreg=1 len={} op=0 mask={} xor={}\n",
                                         mask.size() / 2, mask, std::string(mask.size(), '0'));
  return meta(15) + cmp(it.address.v6 ? "0a" : "02") + load_daddr(it.address.v6) + masked +
         cmp(hex(it.address), op);
}
inline std::string oifname(std::string name, bool begins = false, int op = 0) {
  if (!begins)
    name.resize(16);
  std::string data;
  for (const char c : name)
    data += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return meta(7) + cmp(data, op);
}
inline std::string skuid(std::uint32_t uid, int op = 0) { return meta(10) + cmp(hex_host(uid), op); }
inline std::string ct_state(std::uint32_t bits) {
  return fmt::format("expr ct key=0 dreg=1\nexpr bitwise sreg=1 dreg=1 len=4 op=0 mask={} xor=00000000\n",
                     hex_host(bits)) +
         cmp("00000000", 1);
}
inline std::string in_set(const std::string& name, bool inverted = false) {
  return fmt::format("expr lookup set={} sreg=1 flags={}\n", name, inverted ? 1 : 0);
}
inline std::string vmap(const std::string& name) {
  return fmt::format("expr lookup set={} sreg=1 dreg=0 flags=0\n", name);
}
inline std::string verdict(const std::string& word, const std::string& chain = "-") {
  return fmt::format("expr immediate dreg=0 verdict={} chain={}\n", word, chain);
}
inline const std::string accept = verdict("accept"), drop = verdict("drop"),
                         reject = "expr reject type=2 code=1\n", limit = "expr limit\n", logs = "expr log\n";

struct TableText {
  std::string family = "inet", name = "t";
  bool xtables = false;
  unsigned flags = 0;
  std::string chains, sets, lines;

  std::string prefix() const { return family + " " + name + " "; }
  TableText& base(const std::string& chain, int hook, int priority, const std::string& policy = "accept",
                  const std::string& type = "filter", const std::string& device = "-") {
    chains += fmt::format("chain {}{} hook={} priority={} policy={} type={} device={}\n", prefix(), chain,
                          hook, priority, policy, type, device);
    return *this;
  }
  TableText& chain(const std::string& chain) {
    chains += fmt::format("chain {}{}\n", prefix(), chain);
    return *this;
  }
  TableText& rule(const std::string& chain, const std::string& expressions) {
    lines += fmt::format("rule {}{} handle=1 comment=-\n{}", prefix(), chain, expressions);
    return *this;
  }
  TableText& set(const std::string& set, unsigned flags_, unsigned key_len, const std::string& fields = "-",
                 const std::string& data = "-") {
    sets += fmt::format("set {}{} flags=0x{:x} key_len={} fields={} data={}\n", prefix(), set, flags_,
                        key_len, fields, data);
    return *this;
  }
  TableText& element(const std::string& set, const std::string& key, unsigned flags_ = 0,
                     const std::string& end = "-", const std::string& verdict = "-",
                     const std::string& chain = "-", const std::string& data = "-") {
    sets += fmt::format("element {}{} key={} flags=0x{:x} end={} verdict={} chain={} data={} exprs=-\n",
                        prefix(), set, key, flags_, end, verdict, chain, data);
    return *this;
  }
  std::string text() const {
    return fmt::format("{}table {}flags=0x{:x}\n", xtables ? "x" : "", prefix(), flags) + chains + sets +
           lines;
  }
};

inline NetRuleset ruleset(const std::vector<TableText>& tables) {
  std::string text = "netns 7 tid=1\n";
  for (const TableText& table : tables)
    text += table.text();
  const auto parsed = parse_net_ruleset(text + "end ok\n");
  INFO(text << (parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  return parsed->front();
}

inline Sender sender(bool v6 = false, std::uint32_t uid = 1000) {
  Sender it;
  it.v6 = v6;
  it.uid = uid;
  it.gid = uid;
  it.link = "eth0";
  it.link_index = 2;
  return it;
}

inline Fate fate(const NetRuleset& rules, int protocol, const std::string& to, unsigned port,
                 Sender from = sender()) {
  from.v6 = ip(to).v6;
  return fate_of(passages(rules, from), static_cast<std::uint8_t>(protocol), ip(to),
                 static_cast<std::uint16_t>(port));
}

} // namespace sbx::rules
