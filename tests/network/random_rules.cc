#include "random_rules.h"

#include "rule_texts.h"

namespace sbx {

using namespace rules;

namespace {

// Few values, so that rules and packets meet.
constexpr std::array addresses4{"127.0.0.1", "10.200.0.1", "10.200.0.9", "10.255.255.255",
                                "1.1.1.1",   "1.1.1.2",    "9.9.9.9"};
constexpr std::array addresses6{"::1",          "fd00::1",      "fd00::9", "fe80::1",
                                "2606:4700::1", "2606:4700::2", "ff02::1"};
constexpr std::array prefixes4{"10.200.0.0/16", "10.0.0.0/8",  "1.1.1.0/31", "1.1.1.1",
                               "0.0.0.0/0",     "127.0.0.0/8", "8.0.0.0/5"};
constexpr std::array prefixes6{"fd00::/8", "fd00::/16", "2606:4700::/32", "2606:4700::1",
                               "::/0",     "::1",       "fe80::/10"};
constexpr std::array ports{0U, 22U, 53U, 80U, 81U, 443U, 3128U, 65535U};
constexpr std::array protocols{1, 6, 17, 132, 47};

class Maker {
public:
  Maker(std::mt19937& random, bool v6) : random_(random), v6_(v6) {}

  NetRuleset make() {
    std::vector<TableText> tables;
    for (int i = 0; i < 1 + below(3); ++i)
      tables.push_back(table(i));
    return ruleset(tables);
  }

private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <class List> auto pick(const List& list) { return list[random_() % list.size()]; }
  std::string address() { return v6_ ? pick(addresses6) : pick(addresses4); }
  std::string prefix() { return v6_ ? pick(prefixes6) : pick(prefixes4); }
  std::string port() { return hex(pick(ports), 2); }

  TableText table(int number) {
    TableText t;
    t.name = "t" + std::to_string(number);
    t.family = below(4) == 0 ? (v6_ ? "ip6" : "ip") : "inet";
    t.flags = below(12) == 0 ? 1 : 0;
    const bool nat = below(4) == 0;
    const std::string policy = !nat && below(3) == 0 ? "drop" : "accept";
    t.base("base", nat || below(4) != 0 ? 3 : 4, nat ? -100 : below(4) * 100 - 150, policy,
           nat ? "nat" : "filter");
    t.chain("one").chain("two").chain("three");
    sets(t);
    for (const std::string chain : {"base", "one", "two", "three"})
      for (int i = below(chain == "base" ? 7 : 4); i > 0; --i)
        t.rule(chain, conditions() + ending(chain, nat && chain == "base"));
    return t;
  }

  void sets(TableText& t) {
    const unsigned length = v6_ ? 16 : 4;
    t.set("ports", 0, 2);
    for (int i = below(4); i > 0; --i)
      t.element("ports", port());
    t.set("span", 4, 2);
    const unsigned from = pick(ports) / 2, to = from + 1 + static_cast<unsigned>(below(400));
    t.element("span", hex(from, 2)).element("span", hex(to, 2), 1).element("span", hex(0xff00, 2));
    t.set("hosts", 0, length);
    for (int i = below(3); i > 0; --i)
      t.element("hosts", hex(ip(address())));
    t.set("pairs", 0x84, length + 4, std::to_string(length) + ",2");
    for (int i = below(3); i > 0; --i) {
      auto low = ip(address()), high = ip(address());
      if (high < low)
        std::swap(low, high);
      unsigned first = pick(ports), last = pick(ports);
      if (last < first)
        std::swap(first, last);
      t.element("pairs", hex(low) + hex(first, 2) + "0000", 0, hex(high) + hex(last, 2) + "0000");
    }
    t.set("map", 8, 2, "-", "verdict");
    t.element("map", hex(22, 2), 0, "-", "drop").element("map", hex(80, 2), 0, "-", "jump", "three");
    t.element("map", hex(81, 2), 0, "-", "accept").element("map", hex(53, 2), 0, "-", "goto", "three");
    if (below(3) == 0)
      t.element("map", "-", 2, "-", below(2) == 0 ? "drop" : "continue");
    t.set("marks", 8, 2, "-", "value");
    t.element("marks", hex(80, 2), 0, "-", "-", "-", "07000000")
        .element("marks", hex(443, 2), 0, "-", "-", "-", "08000000");
  }

  std::string load() { return load_daddr(v6_); }
  std::string transport() { return l4proto(pick(std::array{6, 17, 132})); }

  std::string conditions() {
    std::string text;
    for (int i = below(4); i > 0; --i)
      text += condition();
    return text;
  }

  std::string condition() {
    const int op = below(3) == 0 ? 1 : 0;
    switch (below(20)) {
    case 0:
    case 1:
      return l4proto(pick(protocols), op);
    case 2:
      return transport() + dport(pick(ports), below(6));
    case 3: {
      const unsigned from = pick(ports);
      return transport() + dports(from, std::max(from, pick(ports)), op);
    }
    case 4:
    case 5:
      return daddr(prefix(), op);
    case 6:
      return transport() + payload(2, 2, 2) + in_set(below(2) == 0 ? "ports" : "span", op == 1);
    case 7:
      return load() + in_set("hosts", op == 1);
    case 8:
      return transport() + load() + payload(2, 2, 2, v6_ ? 2 : 9) + in_set("pairs", op == 1);
    case 9:
      return oifname(below(2) == 0 ? "lo" : "eth0", false, op);
    case 10:
      return oifname(below(2) == 0 ? "l" : "et", true, op);
    case 11:
      return skuid(below(2) == 0 ? 1000 : 1001, op);
    case 12:
      return ct_state(below(2) == 0 ? 8 : 7);
    case 13:
      return limit;
    case 14:
      return load() + fmt::format("expr cmp sreg=1 op={} data={}\n", 2 + below(4), hex(ip(address())));
    case 15:
      return payload(1, v6_ ? 24 : 16, 1) + cmp(hex(ip(address())).substr(0, 2), op);
    case 16: // bits in the middle of an address
      return payload(1, v6_ ? 38 : 18, 2) + "expr bitwise sreg=1 dreg=1 len=2 op=0 mask=0103 xor=0001\n" +
             cmp(below(2) == 0 ? "0000" : "0101", op);
    case 17:
      return payload(1, v6_ ? 8 : 12, 4) + cmp("0a000001", op); // its source
    case 18:
      return meta(3) + cmp(hex_host(static_cast<std::uint32_t>(below(3) * 4)), op);
    default:
      return below(2) == 0 ? "expr match name=owner rev=1 info=e8030000e803000000000000000000000" +
                                 std::string(op == 1 ? "101" : "100") + "000000000000\n"
                           : transport() + "expr match name=multiport rev=1 info=0103160050005100" +
                                 std::string(48, '0') + "000100000000000000000000000000" +
                                 (op == 1 ? "01" : "00") + "\n";
    }
  }

  std::string ending(const std::string& chain, bool nat) {
    const std::string deeper = chain == "base" ? "one" : chain == "one" ? "two" : "three";
    if (nat && below(2) == 0) {
      if (below(2) == 0)
        return below(2) == 0
                   ? "expr redir flags=0\n"
                   : transport() +
                         "expr immediate dreg=1 data=3a99\nexpr redir proto_min=1 proto_max=1 flags=2\n";
      return transport() + "expr immediate dreg=2 data=0050\nexpr nat type=1 family=2 proto_min=2 flags=2\n";
    }
    switch (below(11)) {
    case 0:
    case 1:
      return accept;
    case 2:
      return drop;
    case 3:
      return reject;
    case 4:
    case 5:
      return chain == "three" ? verdict("return") : verdict("jump", deeper);
    case 6:
      return chain == "three" ? logs : verdict("goto", deeper);
    case 7:
      return verdict("return");
    case 8:
      return chain == "three" ? drop : transport() + payload(2, 2, 2) + vmap("map");
    case 9:
      return transport() + payload(2, 2, 2) +
             "expr lookup set=marks sreg=1 dreg=1 flags=0\nexpr meta key=3 sreg=1\n";
    default:
      return "expr immediate dreg=1 data=04000000\nexpr meta key=3 sreg=1\n";
    }
  }

  std::mt19937& random_;
  bool v6_;
};

} // namespace

NetRuleset random_ruleset(std::mt19937& random, bool v6) { return Maker(random, v6).make(); }

NaivePacket random_packet(std::mt19937& random, bool v6) {
  NaivePacket packet;
  packet.protocol = static_cast<std::uint8_t>(protocols[random() % protocols.size()]);
  packet.to = ip(v6 ? addresses6[random() % addresses6.size()] : addresses4[random() % addresses4.size()]);
  if (random() % 4 == 0)
    packet.to.bytes.at(v6 ? 15 : 3) ^= static_cast<std::uint8_t>(1U << random() % 8);
  if (random() % 8 == 0)
    packet.to.bytes.at(random() % (v6 ? 16 : 4)) ^= static_cast<std::uint8_t>(1U << random() % 8);
  const unsigned port =
      ports[random() % ports.size()] + (random() % 4 == 0 ? 1 : 0) - (random() % 4 == 0 ? 1 : 0);
  packet.port = static_cast<std::uint16_t>(random() % 4 == 0 ? random() : port);
  return packet;
}

} // namespace sbx
