#include "rule_texts.h"

using namespace sbx;
using namespace sbx::rules;

namespace {

std::string by(const NetRuleset& rules, int protocol, const std::string& to, unsigned port) {
  Sender from = sender();
  from.v6 = ip(to).v6;
  for (const Passage& it : passages(rules, from).list) {
    Passages one;
    one.list = {it};
    one.list[0].fate = Fate::accepted;
    if (fate_of(one, static_cast<std::uint8_t>(protocol), ip(to), static_cast<std::uint16_t>(port)) ==
        Fate::accepted)
      return it.by;
  }
  return "in no region";
}

// As OpenShell's supervisor writes it (openshell-supervisor-process, netns/nft_ruleset.rs): all is accepted,
// but for what is rejected.
TableText openshell() {
  TableText t;
  t.name = "openshell_bypass";
  t.base("output", 3, 0);
  t.rule("output", oifname("lo") + accept);
  t.rule("output", ct_state(6) + accept);
  t.rule("output", daddr("10.200.0.1") + tcp + dport(3128) + accept);
  t.rule("output", tcp + logs + reject);
  t.rule("output", udp + reject);
  return t;
}

TableText only(const std::string& chain_rules, const std::string& policy = "accept") {
  TableText t;
  t.base("output", 3, 0, policy);
  t.rule("output", chain_rules);
  return t;
}

} // namespace

TEST_CASE("passages: without rules everything is let through") {
  const NetRuleset none = ruleset({});
  CHECK(fate(none, 6, "1.1.1.1", 443) == Fate::accepted);
  CHECK(fate(none, 17, "2606:4700::1", 53) == Fate::accepted);
  const Passages all = passages(none, sender());
  CHECK_FALSE(all.filters);
  CHECK(to_public(all, false).let == Let::everything);
  CHECK(all.list[0].by == "no rule or policy refuses it");
}

TEST_CASE("passages: rules that were not all read decide nothing") {
  NetRuleset rules = ruleset({openshell()});
  rules.error = EPERM;
  const Passages all = passages(rules, sender());
  REQUIRE(all.list.size() == 1);
  CHECK(all.list[0].fate == Fate::undecided);
  CHECK(all.list[0].by == "not all rules were read: EPERM");
  CHECK(to_public(all, false).let == Let::unknown);
}

TEST_CASE("passages: the rules of a sandbox that lets a proxy through") {
  const NetRuleset rules = ruleset({openshell()});
  CHECK(fate(rules, 6, "10.200.0.1", 3128) == Fate::accepted);
  CHECK(fate(rules, 6, "10.200.0.1", 3129) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::refused);
  CHECK(fate(rules, 17, "1.1.1.1", 53) == Fate::refused);
  CHECK(fate(rules, 6, "127.0.0.1", 22) == Fate::accepted);
  CHECK(fate(rules, 6, "2606:4700::1", 443) == Fate::refused);
  CHECK(fate(rules, 6, "::1", 443) == Fate::accepted);
  CHECK(fate(rules, 1, "1.1.1.1", 0) == Fate::accepted); // ICMP was forgotten
  CHECK(by(rules, 6, "1.1.1.1", 443) == "table inet openshell_bypass, chain output, rule 4: reject");
  CHECK(by(rules, 6, "10.200.0.1", 3128) == "table inet openshell_bypass, chain output, rule 3: accept");
  const Passages all = passages(rules, sender());
  CHECK(all.filters);
  CHECK(all.uid_rules.empty());
  CHECK(to_public(all, false).let == Let::some);
  CHECK(to_public(all, false).accepted == std::vector<std::string>{"everything but tcp, udp to any address"});
}

TEST_CASE("passages: a rule by user lets the proxy out and nobody else") {
  TableText t;
  t.name = "sidecar";
  t.base("output", 3, 0);
  t.rule("output", skuid(1337) + accept);
  t.rule("output", oifname("lo") + accept);
  t.rule("output", reject);
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 443, sender(false, 1337)) == Fate::accepted);
  Sender nobody = sender();
  nobody.uid.reset();
  CHECK(fate(rules, 6, "1.1.1.1", 443, nobody) == Fate::undecided);
  CHECK(passages(rules, sender()).uid_rules ==
        std::vector<std::string>{"table inet sidecar, chain output, rule 1: user 1337: accept"});
  CHECK(to_public(passages(rules, sender()), false).let == Let::nothing);
  CHECK(to_public(passages(rules, nobody), false).let == Let::unknown);
}

TEST_CASE("passages: redirected packets are told where to, and do not reach the public") {
  TableText nat;
  nat.family = "ip";
  nat.base("output", 3, -100, "accept", "nat");
  nat.rule("output", tcp + "expr immediate dreg=1 data=3a99\nexpr redir proto_min=1 proto_max=1 flags=2\n");
  const NetRuleset rules = ruleset({nat});
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::redirected);
  CHECK(fate(rules, 17, "1.1.1.1", 443) == Fate::accepted);
  CHECK(fate(rules, 6, "2606:4700::1", 443) == Fate::accepted);
  for (const Passage& it : passages(rules, sender()).list)
    if (it.fate == Fate::redirected) {
      CHECK(it.to == ip("127.0.0.1"));
      CHECK(it.to_port == 15001);
    }
  const auto words = accepted_words(passages(rules, sender()), 10);
  REQUIRE(words.size() == 2);
  CHECK(words[1] == "tcp to any address but 127.0.0.0/8, redirected to 127.0.0.1 port 15001");
  CHECK(to_public(passages(rules, sender()), false).let == Let::some); // what is not TCP
}

TEST_CASE("passages: a redirected packet is judged by its new destination, and by lo only later") {
  TableText nat;
  nat.base("n", 3, -100, "accept", "nat");
  nat.rule("n", tcp + "expr redir flags=0\n");
  TableText strict;
  strict.name = "f";
  SECTION("the output hook still knows the old interface") {
    strict.base("o", 3, 0, "drop");
    strict.rule("o", oifname("lo") + accept);
    CHECK(fate(ruleset({nat, strict}), 6, "1.1.1.1", 443) == Fate::refused);
  }
  SECTION("and the new address") {
    strict.base("o", 3, 0, "drop");
    strict.rule("o", daddr("127.0.0.1") + accept);
    CHECK(fate(ruleset({nat, strict}), 6, "1.1.1.1", 443) == Fate::redirected);
    CHECK(fate(ruleset({nat, strict}), 17, "1.1.1.1", 443) == Fate::refused);
  }
  SECTION("postrouting knows the new interface") {
    strict.base("o", 4, 0, "drop");
    strict.rule("o", oifname("lo") + accept);
    CHECK(fate(ruleset({nat, strict}), 6, "1.1.1.1", 443) == Fate::redirected);
  }
  SECTION("a chain before it knows nothing of it") {
    strict.base("o", 3, -150, "drop");
    strict.rule("o", daddr("127.0.0.1") + accept);
    CHECK(fate(ruleset({nat, strict}), 6, "1.1.1.1", 443) == Fate::refused);
  }
  SECTION("whatever the priority of the chain of nat is, it is asked at -100") {
    TableText late;
    late.name = "late";
    late.base("n", 3, 50, "accept", "nat");
    late.rule("n", tcp + "expr redir flags=0\n");
    strict.base("o", 3, 0, "drop");
    strict.rule("o", daddr("127.0.0.1") + accept);
    CHECK(fate(ruleset({late, strict}), 6, "1.1.1.1", 443) == Fate::redirected);
  }
}

TEST_CASE("passages: dnat to one address, to another port alone, and to one of several") {
  const auto with = [](const std::string& rule) {
    TableText nat;
    nat.family = "ip";
    nat.base("n", 3, -100, "accept", "nat");
    nat.rule("n", udp + dport(53) + rule);
    return passages(ruleset({nat}), sender());
  };
  const auto redirected = [](const Passages& all) {
    for (const Passage& it : all.list)
      if (it.fate == Fate::redirected)
        return it;
    return Passage();
  };
  const auto one = redirected(with("expr immediate dreg=1 data=0a000035\nexpr immediate dreg=2 data=14e9\n"
                                   "expr nat type=1 family=2 addr_min=1 proto_min=2 flags=3\n"));
  CHECK(one.to == ip("10.0.0.53"));
  CHECK(one.to_port == 5353);
  const auto port =
      redirected(with("expr immediate dreg=2 data=14e9\nexpr nat type=1 family=2 proto_min=2 flags=2\n"));
  CHECK(port.fate == Fate::redirected);
  CHECK_FALSE(port.to);
  CHECK(port.to_port == 5353);
  const auto some =
      redirected(with("expr immediate dreg=1 data=0a000035\nexpr immediate dreg=2 data=0a000036\n"
                      "expr nat type=1 family=2 addr_min=1 addr_max=2 flags=1\n"));
  CHECK(some.fate == Fate::redirected);
  CHECK_FALSE(some.to);
}

TEST_CASE("passages: dnat to a public address is some of the public") {
  TableText nat;
  nat.family = "ip";
  nat.base("n", 3, -100, "accept", "nat");
  nat.rule("n",
           "expr immediate dreg=1 data=01010101\nexpr nat type=1 family=2 addr_min=1 addr_max=1 flags=1\n");
  const PublicPassage it = to_public(passages(ruleset({nat}), sender()), false);
  CHECK(it.let == Let::some);
  CHECK(it.accepted == std::vector<std::string>{"everything to any address, redirected to 1.1.1.1"});
}

TEST_CASE("passages: a policy of drop refuses what no rule accepts") {
  const NetRuleset rules = ruleset({only(tcp + dport(443) + accept, "drop")});
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::accepted);
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(by(rules, 6, "1.1.1.1", 80) == "policy drop of table inet t, chain output");
  const PublicPassage it = to_public(passages(rules, sender()), false);
  CHECK(it.let == Let::some);
  CHECK(it.accepted == std::vector<std::string>{"tcp to any address port 443"});
}

TEST_CASE("passages: a table of IPv4 alone leaves IPv6 open") {
  TableText t;
  t.family = "ip";
  t.base("output", 3, 0, "drop");
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::refused);
  CHECK(fate(rules, 6, "2606:4700::1", 443) == Fate::accepted);
  CHECK(passages(rules, sender()).filters);
  CHECK_FALSE(passages(rules, sender(true)).filters);
  CHECK(to_public(passages(rules, sender(true)), true).let == Let::everything);
}

TEST_CASE("passages: sets of addresses, intervals, concatenations, and what is not in them") {
  TableText t;
  t.family = "ip";
  t.base("output", 3, 0, "drop");
  t.set("a", 4, 4);
  t.element("a", "0b000000", 1)
      .element("a", "0a000000")
      .element("a", "c0a80105")
      .element("a", "c0a8010a", 1)
      .element("a", "00000000", 1);
  t.element("a", "fe000000");
  t.set("p", 0, 2).element("p", "0050").element("p", "01bb");
  t.set("c", 0x84, 8, "4,2")
      .element("c", "0102030400500000", 0, "0102030400500000")
      .element("c", "02000000005a0000", 0, "02ffffff00630000");
  t.rule("output", load_daddr() + in_set("a") + tcp + payload(2, 2, 2) + in_set("p") + accept);
  t.rule("output", tcp + load_daddr() + payload(2, 2, 2, 9) + in_set("c") + accept);
  t.rule("output", load_daddr() + in_set("a", true) + udp + accept);
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "10.0.0.0", 80) == Fate::accepted);
  CHECK(fate(rules, 6, "10.255.255.255", 443) == Fate::accepted);
  CHECK(fate(rules, 6, "11.0.0.0", 443) == Fate::refused);
  CHECK(fate(rules, 6, "10.0.0.0", 81) == Fate::refused);
  CHECK(fate(rules, 6, "192.168.1.9", 80) == Fate::accepted);
  CHECK(fate(rules, 6, "192.168.1.10", 80) == Fate::refused);
  CHECK(fate(rules, 6, "255.255.255.255", 80) == Fate::accepted);
  CHECK(fate(rules, 6, "1.2.3.4", 80) == Fate::accepted);
  CHECK(fate(rules, 6, "2.3.4.5", 99) == Fate::accepted);
  CHECK(fate(rules, 6, "2.3.4.5", 100) == Fate::refused);
  CHECK(fate(rules, 6, "3.0.0.0", 90) == Fate::refused);
  CHECK(fate(rules, 17, "10.0.0.1", 80) == Fate::refused);
  CHECK(fate(rules, 17, "11.0.0.1", 80) == Fate::accepted);
}

TEST_CASE("passages: sets that are not there, that change, or that hold at times are undecided") {
  TableText t;
  t.base("output", 3, 0, "drop");
  t.rule("output", load_daddr() + in_set("gone") + accept);
  CHECK(fate(ruleset({t}), 6, "1.1.1.1", 80) == Fate::undecided);
  TableText dynamic;
  dynamic.base("output", 3, 0, "drop");
  dynamic.set("d", 0x20, 4).rule("output", load_daddr() + in_set("d") + accept);
  CHECK(fate(ruleset({dynamic}), 6, "1.1.1.1", 80) == Fate::undecided);
  TableText knocking;
  knocking.base("output", 3, 0, "drop");
  knocking.set("k", 0, 4).rule("output", udp + load_daddr() + "expr dynset set=k\n");
  knocking.rule("output", load_daddr() + in_set("k") + accept);
  CHECK(fate(ruleset({knocking}), 6, "1.1.1.1", 80) == Fate::undecided);
  TableText limited;
  limited.base("output", 3, 0, "drop");
  limited.set("l", 0, 4);
  limited.sets += "element inet t l key=01010101 flags=0x0 end=- verdict=- chain=- data=- exprs=limit\n";
  limited.rule("output", load_daddr() + in_set("l") + accept);
  CHECK(fate(ruleset({limited}), 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: verdict maps, with what catches all else") {
  TableText t;
  t.base("output", 3, 0);
  t.chain("web");
  t.set("m", 8, 2, "-", "verdict");
  t.element("m", "0016", 0, "-", "drop")
      .element("m", "0050", 0, "-", "jump", "web")
      .element("m", "01bb", 0, "-", "goto", "web");
  t.rule("output", tcp + payload(2, 2, 2) + vmap("m"));
  t.rule("output", tcp + dport(80) + drop);
  t.rule("web", daddr("9.9.9.9") + drop);
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 22) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);   // came back, and met the next rule
  CHECK(fate(rules, 6, "1.1.1.1", 443) == Fate::accepted); // did not come back
  CHECK(fate(rules, 6, "9.9.9.9", 443) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 25) == Fate::accepted);
  t.element("m", "-", 2, "-", "drop");
  CHECK(fate(ruleset({t}), 6, "1.1.1.1", 25) == Fate::refused);
  CHECK(passages(rules, sender()).filters);
}

TEST_CASE("passages: chains are left by return, and by their end") {
  TableText t;
  t.base("output", 3, 0);
  t.chain("c");
  t.rule("output", verdict("jump", "c"));
  t.rule("output", tcp + drop);
  t.rule("c", dport(80) + verdict("return"));
  t.rule("c", tcp + accept);
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 81) == Fate::accepted);
  TableText back;
  back.base("output", 3, 0, "drop");
  back.rule("output", verdict("return"));
  back.rule("output", accept);
  CHECK(fate(ruleset({back}), 6, "1.1.1.1", 81) == Fate::refused);
}

TEST_CASE("passages: a later base chain still refuses what one has accepted") {
  TableText first = only(accept), second;
  second.name = "second";
  second.base("post", 4, 0);
  second.rule("post", tcp + drop);
  CHECK(fate(ruleset({first, second}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({second, first}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({first, second}), 17, "1.1.1.1", 80) == Fate::accepted);
}

TEST_CASE("passages: dormant tables, and hooks of what comes in, do nothing") {
  TableText asleep = only(drop);
  asleep.flags = 1;
  TableText in;
  in.name = "in";
  in.base("input", 1, 0, "drop").base("forward", 2, 0, "drop").base("prerouting", 0, 0, "drop");
  const NetRuleset rules = ruleset({asleep, in});
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK_FALSE(passages(rules, sender()).filters);
}

TEST_CASE("passages: chains of an interface are asked of that interface") {
  const auto with = [](const std::string& device) {
    TableText t;
    t.family = "netdev";
    t.base("e", 1, 0, "drop", "filter", device);
    return ruleset({t});
  };
  CHECK(fate(with("eth0"), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(with("eth1:eth0"), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(with("et/"), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(with("eth1"), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(with("eth0"), 6, "127.0.0.1", 80) == Fate::accepted);
  Sender somewhere = sender();
  somewhere.link.clear();
  CHECK(fate(with("eth1"), 6, "1.1.1.1", 80, somewhere) == Fate::undecided);
}

TEST_CASE("passages: rules of a bridge may be asked or not") {
  TableText t;
  t.family = "bridge";
  t.base("o", 3, 0, "drop");
  CHECK(fate(ruleset({t}), 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: a limit that passes may pass or not, and what ends the same is decided") {
  CHECK(fate(ruleset({only(limit + accept, "drop")}), 6, "1.1.1.1", 80) == Fate::undecided);
  CHECK(fate(ruleset({only(limit + accept)}), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(limit + logs)}), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(tcp + limit + accept, "drop")}), 17, "1.1.1.1", 80) == Fate::refused);
  CHECK(by(ruleset({only(limit + accept, "drop")}), 6, "1.1.1.1", 80) ==
        "table inet t, chain output, rule 1");
}

TEST_CASE("passages: twenty rules that may match are followed, and not a million ways") {
  TableText t;
  t.base("output", 3, 0, "drop");
  for (int i = 0; i < 20; ++i) {
    t.chain("c" + std::to_string(i));
    t.rule("output", limit + verdict("jump", "c" + std::to_string(i)));
    t.rule("c" + std::to_string(i), limit + logs);
    t.rule("c" + std::to_string(i), tcp + dport(static_cast<unsigned>(i)) + accept);
  }
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 3) == Fate::undecided);
  CHECK(fate(rules, 6, "1.1.1.1", 20) == Fate::refused);
}

TEST_CASE("passages: what is not known here is undecided") {
  for (const char* expression : {"expr newer ?\n", "expr queue\n", "expr synproxy\n", "expr tproxy\n"})
    CHECK(fate(ruleset({only(expression)}), 6, "1.1.1.1", 80) == Fate::undecided);
  CHECK(fate(ruleset({only("expr match name=bpf rev=0 info=00\n" + drop)}), 6, "1.1.1.1", 80) ==
        Fate::undecided);
  CHECK(fate(ruleset({only("expr target name=NFQUEUE rev=0 info=00\n")}), 6, "1.1.1.1", 80) ==
        Fate::undecided);
  CHECK(fate(ruleset({only(payload(1, 12, 4) + cmp("0a000001") + drop)}), 6, "1.1.1.1", 80) ==
        Fate::undecided);
  CHECK(fate(ruleset({only(meta(23) + cmp("0a000001") + drop)}), 6, "1.1.1.1", 80) == Fate::undecided);
  CHECK(fate(ruleset({only(verdict("jump", "nowhere"))}), 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: a header that may be too short may have its rule not match") {
  const NetRuleset rules = ruleset({only(payload(2, 16, 4) + drop)});
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(rules, 17, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: the first packet of a connection is new, has SYN, no mark and no interface it came by") {
  CHECK(fate(ruleset({only(ct_state(8) + drop)}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({only(ct_state(7) + drop)}), 6, "1.1.1.1", 80) == Fate::accepted);
  const auto flags = [](const std::string& mask, const std::string& value) {
    return tcp + payload(2, 13, 1) + "expr bitwise sreg=1 dreg=1 len=1 op=0 mask=" + mask + " xor=00\n" +
           cmp(value);
  };
  CHECK(fate(ruleset({only(flags("17", "02") + drop)}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({only(flags("17", "10") + drop)}), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(flags("c2", "02") + drop)}), 6, "1.1.1.1", 80) == Fate::undecided);
  CHECK(fate(ruleset({only(meta(3) + cmp("00000000") + drop)}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({only(meta(4) + cmp("02000000") + drop)}), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(meta(4) + cmp("02000000", 1) + drop)}), 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: before conntrack every packet is of no connection, and notrack leaves it so") {
  TableText raw;
  raw.name = "raw";
  raw.base("o", 3, -300);
  raw.rule("o", ct_state(1) + tcp + drop);
  raw.rule("o", "expr notrack\n");
  TableText later;
  later.base("o", 3, 0);
  later.rule("o", ct_state(64) + udp + drop);
  const NetRuleset rules = ruleset({raw, later});
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(rules, 17, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({later}), 17, "1.1.1.1", 80) == Fate::accepted);
}

TEST_CASE("passages: marks that rules set are known to later rules") {
  TableText t;
  t.base("output", 3, 0);
  t.rule("output", tcp + "expr immediate dreg=1 data=2a000000\nexpr meta key=3 sreg=1\n");
  t.rule("output", meta(3) + cmp("2a000000") + drop);
  CHECK(fate(ruleset({t}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({t}), 17, "1.1.1.1", 80) == Fate::accepted);
}

TEST_CASE("passages: a prefix of one byte, interfaces by how they begin, numbers of interfaces") {
  TableText t;
  t.family = "ip6";
  t.base("output", 3, 0);
  t.rule("output", payload(1, 24, 1) + cmp("fd") + drop);
  CHECK(fate(ruleset({t}), 6, "fd12::1", 80) == Fate::refused);
  CHECK(fate(ruleset({t}), 6, "fe12::1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(oifname("et", true) + drop)}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({only(oifname("wl", true) + drop)}), 6, "1.1.1.1", 80) == Fate::accepted);
  CHECK(fate(ruleset({only(meta(5) + cmp("02000000") + drop)}), 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(ruleset({only(meta(5) + cmp("01000000") + drop)}), 6, "127.0.0.1", 80) == Fate::refused);
}

TEST_CASE("passages: rules that iptables-nft makes") {
  TableText t;
  t.family = "ip", t.name = "filter";
  t.base("OUTPUT", 3, 0);
  t.rule("OUTPUT", tcp + "expr match name=tcp rev=0 info=0000ffff500050000000000000000000\n"
                         "expr match name=owner rev=1 info=e8030000e803000000000000000000000100000000000000\n"
                         "expr counter\nexpr target name=REJECT rev=0 info=0300000000000000\n");
  std::string conntrack(2 * 164, '0');
  conntrack.replace(2 * 146, 2, "01");
  conntrack.replace(2 * 150, 2, "08");
  t.rule("OUTPUT", udp + "expr match name=conntrack rev=3 info=" + conntrack +
                       "\n"
                       "expr match name=multiport rev=1 info=01040100020005000900" +
                       std::string(44, '0') + "0000010000000000000000000000000000\n" + drop);
  const NetRuleset rules = ruleset({t});
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 81) == Fate::accepted);
  CHECK(fate(rules, 6, "1.1.1.1", 80, sender(false, 1001)) == Fate::accepted);
  CHECK(fate(rules, 17, "1.1.1.1", 2) == Fate::refused);
  CHECK(fate(rules, 17, "1.1.1.1", 3) == Fate::accepted);
  CHECK(fate(rules, 17, "1.1.1.1", 7) == Fate::refused);
  CHECK(passages(rules, sender()).uid_rules ==
        std::vector<std::string>{"table ip filter, chain OUTPUT, rule 1: user 1000: reject"});
}

TEST_CASE("passages: chains that jump in circles, or very deep, end") {
  TableText t;
  t.base("output", 3, 0);
  t.chain("a").chain("b");
  t.rule("output", verdict("jump", "a"));
  t.rule("a", verdict("jump", "b")).rule("a", verdict("jump", "b"));
  t.rule("b", verdict("jump", "a")).rule("b", verdict("goto", "a"));
  CHECK(fate(ruleset({t}), 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: over the budget everything left is undecided") {
  TableText t;
  t.base("output", 3, 0);
  for (unsigned i = 0; i < 8000; ++i)
    t.rule("output", daddr(fmt::format("10.{}.{}.1", i / 256, i % 256)) + tcp + dport(i) +
                         (i % 2 == 0 ? drop : accept));
  const NetRuleset rules = ruleset({t});
  const Passages all = passages(rules, sender());
  CHECK(all.list.size() <= 20'000);
  CHECK(fate(rules, 6, "1.1.1.1", 80) == Fate::undecided);
}

TEST_CASE("passages: everything is public only where nothing public is refused") {
  const auto let = [](const std::string& rule) {
    return to_public(passages(ruleset({only(rule + drop)}), sender()), false);
  };
  CHECK(let(daddr("10.0.0.0/8")).let == Let::everything);
  CHECK(let(daddr("169.254.169.254")).let == Let::everything);
  CHECK(let(daddr("1.1.1.1")).let == Let::some);
  CHECK(let(daddr("1.1.1.1")).accepted == std::vector<std::string>{"everything to any address but 1.1.1.1"});
  CHECK(let(tcp + dport(25)).accepted ==
        std::vector<std::string>{"everything but tcp to any address", "tcp to any address but port 25"});
  CHECK(let(tcp + limit).let == Let::some);
  CHECK(let("").let == Let::nothing);
  CHECK(let(limit).let == Let::unknown);
}

TEST_CASE("passages: names of a target cannot write into what is said of them") {
  TableText t;
  t.name = "a\\x1b[31m";
  t.base("output", 3, 0, "drop");
  CHECK(by(ruleset({t}), 6, "1.1.1.1", 80) == "policy drop of table inet a\\x1b[31m, chain output");
}
