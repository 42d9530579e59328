#include "kernel/live_net_ruleset.h"

#include "core/errno_name.h"
#include "kernel/nft_expression.h"
#include "kernel/xtables_ruleset.h"
#include "net_stage.h"
#include "network/passage.h"
#include "parse/net_ruleset.h"

#include <algorithm>
#include <cstdio>
#include <linux/netfilter_ipv4/ip_tables.h>

using namespace sbx;

namespace {

// `command` reads `input`; no shell has a part in it but for that.
bool fed(const char* command, const std::string& input) {
  FILE* to = popen(command, "w");
  if (!to)
    return false;
  const bool written = fwrite(input.data(), 1, input.size(), to) == input.size();
  return pclose(to) == 0 && written;
}

bool nft(const std::string& rules) { return fed("nft -f -", rules); }

NetRuleset ruleset_of(const StagedTarget& staged) {
  const Reading text = read_net_ruleset(staged.target());
  REQUIRE(text);
  const auto parsed = parse_net_ruleset(*text);
  INFO(*text << (parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 1);
  CHECK(parsed->front().error == 0);
  CHECK(parsed->front().inode != 0);
  return parsed->front();
}

Fate fate(const NetRuleset& rules, int protocol, const char* to, std::uint16_t port) {
  Sender sender;
  const IpAddress address = *parse_ip_address(to);
  sender.v6 = address.v6;
  sender.link = "eth0";
  return fate_of(passages(rules, sender), static_cast<std::uint8_t>(protocol), address, port);
}

} // namespace

TEST_CASE("live_net_ruleset: a new network namespace has no rules, and that is known") {
  const StagedTarget staged(own_network);
  SBX_STAGED_OR_RETURN(staged);
  CHECK(ruleset_of(staged).tables.empty());
}

TEST_CASE("live_net_ruleset: tables, sets and comments of nftables come as they were made") {
  const StagedTarget staged([] {
    return own_network() && nft("table inet t {\n set s { type ipv4_addr . inet_service; flags interval;\n"
                                "  elements = { 10.0.0.0/8 . 80-90 }\n }\n"
                                " chain c { type filter hook output priority 5; policy drop;\n"
                                "  ip daddr . tcp dport @s accept comment \"to the \\\\ proxy\"\n"
                                "  udp dport vmap { 53 : accept, 54 : drop }\n }\n}\n");
  });
  SBX_STAGED_OR_RETURN(staged);
  const NetRuleset rules = ruleset_of(staged);
  REQUIRE(rules.tables.size() == 1);
  const NetFilterTable& table = rules.tables[0];
  CHECK(table.name == "t");
  REQUIRE(table.chains.size() == 1);
  CHECK(table.chains[0].priority == 5);
  CHECK(table.chains[0].policy == "drop");
  REQUIRE(table.chains[0].rules.size() == 2);
  CHECK(table.chains[0].rules[0].comment == "to the \\\\ proxy");
  REQUIRE(table.sets.size() == 2);
  CHECK(table.sets[0].fields == std::vector<unsigned>{4, 2});
  CHECK(fate(rules, 6, "10.1.2.3", 85) == Fate::accepted);
  CHECK(fate(rules, 6, "10.1.2.3", 91) == Fate::refused);
  CHECK(fate(rules, 17, "1.1.1.1", 53) == Fate::accepted);
  CHECK(fate(rules, 17, "::2", 54) == Fate::refused);
}

TEST_CASE("live_net_ruleset: a thousand rules and ten thousand elements are read whole") {
  const StagedTarget staged([] {
    std::string rules = "table inet t {\n set s { type ipv4_addr;\n elements = { 1.0.0.0";
    for (int i = 1; i < 10'000; ++i)
      rules += ", 1." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
               std::to_string(i % 256);
    rules += " }\n }\n chain c { type filter hook output priority 0; policy accept;\n";
    for (int i = 1; i <= 1'000; ++i)
      rules += "  tcp dport " + std::to_string(i) + " drop\n";
    return own_network() && nft(rules + " }\n}\n");
  });
  SBX_STAGED_OR_RETURN(staged);
  const NetRuleset rules = ruleset_of(staged);
  CHECK(rules.tables.at(0).sets.at(0).elements.size() == 10'000);
  CHECK(rules.tables.at(0).chains.at(0).rules.size() == 1'000);
  CHECK(fate(rules, 6, "1.1.1.1", 1'000) == Fate::refused);
  CHECK(fate(rules, 6, "1.1.1.1", 1'001) == Fate::accepted);
}

TEST_CASE("live_net_ruleset: tables of the older iptables, with chains that jump and go") {
  const StagedTarget staged([] {
    return own_network() &&
           fed("iptables-legacy-restore", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT DROP\n:web -\n"
                                          "-A OUTPUT -p tcp -g web\n-A OUTPUT -p udp -j web\n"
                                          "-A OUTPUT -p udp --dport 9 -j ACCEPT\n"
                                          "-A web -d 10.0.0.0/8 -j ACCEPT\nCOMMIT\n");
  });
  SBX_STAGED_OR_RETURN(staged);
  const NetRuleset rules = ruleset_of(staged);
  REQUIRE(rules.tables.size() == 1);
  CHECK(rules.tables[0].xtables);
  CHECK(fate(rules, 6, "10.0.0.1", 9) == Fate::accepted);
  CHECK(fate(rules, 6, "11.0.0.1", 9) == Fate::refused);
  CHECK(fate(rules, 17, "11.0.0.1", 9) == Fate::accepted);
  CHECK(fate(rules, 17, "11.0.0.1", 8) == Fate::refused);
  CHECK(fate(rules, 6, "2606:4700::1", 9) == Fate::accepted);
}

TEST_CASE("live_net_ruleset: who may not ask is told so, and not that there are no rules") {
  const StagedTarget staged([] {
    return own_network() &&
           nft("table inet t { chain c { type filter hook output priority 0; policy drop; }; }\n");
  });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  const std::string text = as_inspector(
      [&] {
        if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
          return std::string("not dropped");
        const Reading reading = read_net_ruleset(target);
        return reading ? *reading : errno_name(reading.error().error);
      },
      false);
  INFO(text);
  CHECK(text.find("end ok") == text.npos);
  CHECK((text.find("EPERM") != text.npos || text.find("EACCES") != text.npos));
}

TEST_CASE("xtables: a table that makes no sense is no table, wherever it is cut or changed") {
  CHECK(xtables_lines(false, "", "").error == EBADMSG);
  ipt_getinfo info{};
  const std::string_view head(reinterpret_cast<const char*>(&info), sizeof info);
  CHECK(xtables_lines(false, head, "").error == EBADMSG);
  CHECK(xtables_lines(true, head, std::string(4096, '\xff')).error == EBADMSG);
  // An entry, and the standard target with its verdict behind it: accept.
  std::string good(sizeof(ipt_entry) + sizeof(xt_standard_target), '\0');
  const auto put = [&](std::size_t offset, const auto& value) {
    memcpy(&good[offset], &value, sizeof value);
  };
  put(offsetof(ipt_entry, target_offset), std::uint16_t(sizeof(ipt_entry)));
  put(offsetof(ipt_entry, next_offset), static_cast<std::uint16_t>(good.size()));
  put(sizeof(ipt_entry), std::uint16_t(sizeof(xt_standard_target)));
  put(sizeof(ipt_entry) + offsetof(xt_standard_target, verdict), -2);
  info.valid_hooks = 1 << 3;
  CHECK(xtables_lines(false, head, good).text ==
        "xtable ip - flags=0x0\nchain ip - OUTPUT hook=3 priority=0 policy=accept type=filter device=-\n");
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK(xtables_lines(false, head, std::string_view(good).substr(0, length)).error == EBADMSG);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = '\x7f';
    const NftText read = xtables_lines(false, head, changed);
    CHECK((read.error == EBADMSG || !read.text.empty()));
  }
}

TEST_CASE("nft_expression: what is not known whole is not understood") {
  const auto attribute = [](std::uint16_t type, const std::string& value) {
    const auto length = static_cast<std::uint16_t>(4 + value.size());
    std::string bytes{char(length & 255), char(length >> 8), char(type & 255), char(type >> 8)};
    bytes += value;
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
  };
  const std::string one{'\0', '\0', '\0', '\1'}, name = attribute(1, std::string("meta\0", 5));
  CHECK(nft_expression_line(name + attribute(2, attribute(1, one) + attribute(2, one))) ==
        "expr meta key=1 dreg=1\n");
  CHECK(nft_expression_line(name + attribute(2, attribute(1, one))) == "expr meta ?\n");
  CHECK(nft_expression_line(name + attribute(2, attribute(2, one) + attribute(9, one))) == "expr meta ?\n");
  CHECK(nft_expression_line(name + attribute(2, attribute(2, "\1"))) == "expr meta ?\n");
  CHECK(nft_expression_line(attribute(1, std::string("new er\0", 7))) == "expr new\\x20er ?\n");
  CHECK(nft_expression_line("") == "expr \\x2d ?\n");
}
