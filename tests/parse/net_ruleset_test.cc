#include "parse/net_ruleset.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string head = "netns 4026532008 tid=4242\ntable inet t flags=0x0\n";

bool bad(const std::string& text) { return !parse_net_ruleset(text).has_value(); }
bool bad_in_table(const std::string& lines) { return bad(head + lines + "end ok\n"); }

NetFilterTable only(const std::string& lines) {
  const auto parsed = parse_net_ruleset(head + lines + "end ok\n");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 1);
  REQUIRE(parsed->front().tables.size() == 1);
  return parsed->front().tables.front();
}

} // namespace

TEST_CASE("net_ruleset: a namespace without rules, and one that was not read") {
  const auto parsed = parse_net_ruleset("netns 7 tid=1\nend ok\nnetns 8 tid=2\nend !EPERM\n");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 2);
  CHECK(parsed->at(0).inode == 7);
  CHECK(parsed->at(0).tid == 1);
  CHECK(parsed->at(0).error == 0);
  CHECK(parsed->at(0).tables.empty());
  CHECK(parsed->at(1).error == EPERM);
}

TEST_CASE("net_ruleset: base chains have a hook, others have none") {
  const auto table = only("chain inet t output hook=3 priority=-150 policy=drop type=filter device=-\n"
                          "chain inet t help\\x20er\n"
                          "chain inet t e hook=1 priority=0 policy=accept type=filter device=eth0:w/\n");
  REQUIRE(table.chains.size() == 3);
  CHECK(table.chains[0].hook == 3U);
  CHECK(table.chains[0].priority == -150);
  CHECK(table.chains[0].policy == "drop");
  CHECK(table.chains[0].devices.empty());
  CHECK(table.chains[1].name == "help er");
  CHECK_FALSE(table.chains[1].hook);
  REQUIRE(table.chains[2].devices.size() == 2);
  CHECK(table.chains[2].devices[0].name == "eth0");
  CHECK_FALSE(table.chains[2].devices[0].begins);
  CHECK(table.chains[2].devices[1].name == "w");
  CHECK(table.chains[2].devices[1].begins);
}

TEST_CASE("net_ruleset: sets have elements with keys, ends, verdicts and data") {
  const auto table = only(
      "set inet t s flags=0x8d key_len=8 fields=4,2 data=-\n"
      "element inet t s key=0a5900010050 flags=0x0 end=0a5900ff0051 verdict=- chain=- data=- exprs=limit\n"
      "set inet t m flags=0x8 key_len=2 fields=- data=verdict\n"
      "element inet t m key=0050 flags=0x0 end=- verdict=goto chain=\\x2d data=- exprs=-\n"
      "element inet t m key=- flags=0x2 end=- verdict=drop chain=- data=00ff exprs=-\n");
  REQUIRE(table.sets.size() == 2);
  CHECK(table.sets[0].fields == std::vector<unsigned>{4, 2});
  CHECK(table.sets[0].elements.at(0).key == std::string("\x0a\x59\x00\x01\x00\x50", 6));
  CHECK(table.sets[0].elements.at(0).end.size() == 6);
  CHECK(table.sets[0].elements.at(0).expressions == "limit");
  CHECK(table.sets[1].data == "verdict");
  CHECK(table.sets[1].elements.at(0).verdict == "goto");
  CHECK(table.sets[1].elements.at(0).chain == "-");
  CHECK(table.sets[1].elements.at(1).flags == 2);
  CHECK(table.sets[1].elements.at(1).chain.empty());
  CHECK(table.sets[1].elements.at(1).data == std::string("\x00\xff", 2));
}

TEST_CASE("net_ruleset: rules hold their expressions in order") {
  const auto table = only("chain inet t c\n"
                          "rule inet t c handle=4 comment=a\\x20b\n"
                          "expr payload base=1 offset=16 len=4 dreg=1\n"
                          "expr immediate dreg=0 verdict=jump chain=x\n"
                          "expr newer ?\n"
                          "rule inet t c handle=5 comment=-\n");
  REQUIRE(table.chains.at(0).rules.size() == 2);
  const NetFilterRule& rule = table.chains[0].rules[0];
  CHECK(rule.handle == 4);
  CHECK(rule.comment == "a b");
  REQUIRE(rule.expressions.size() == 3);
  CHECK(rule.expressions[0].values.at("offset") == "16");
  CHECK(rule.expressions[1].values.at("chain") == "x");
  CHECK(rule.expressions[2].name == "newer");
  CHECK_FALSE(rule.expressions[2].understood);
  CHECK(table.chains[0].rules[1].comment.empty());
  CHECK(table.chains[0].rules[1].expressions.empty());
}

TEST_CASE("net_ruleset: tables of the older iptables are told apart") {
  const auto parsed =
      parse_net_ruleset("netns 7 tid=1\nxtable ip filter flags=0x0\n"
                        "chain ip filter OUTPUT hook=3 priority=0 policy=accept type=filter device=-\n"
                        "table ip filter flags=0x1\nend ok\n");
  REQUIRE(parsed);
  CHECK(parsed->front().tables.at(0).xtables);
  CHECK(parsed->front().tables.at(0).chains.size() == 1);
  CHECK_FALSE(parsed->front().tables.at(1).xtables);
  CHECK(parsed->front().tables.at(1).flags == 1);
}

TEST_CASE("net_ruleset: what does not end, or is cut, is no ruleset") {
  CHECK(bad(""));
  CHECK(bad("end ok\n"));
  CHECK(bad("netns 7 tid=1\n"));
  CHECK(bad("netns 7 tid=1\nend ok"));
  CHECK(bad("netns 7 tid=1\nend !EWHAT\n"));
  CHECK(bad("netns 7 tid=1\nend fine\n"));
  CHECK(bad("netns 7 tid=1\nend ok\nend ok\n"));
  CHECK(bad("netns 7 tid=1\nnetns 8 tid=1\nend ok\n"));
  CHECK(bad("netns 7 tid=-1\nend ok\n"));
  CHECK(bad("netns 7 tid=1\n\nend ok\n"));
}

TEST_CASE("net_ruleset: lines that belong to nothing are refused") {
  CHECK(bad("netns 7 tid=1\nchain inet t c\nend ok\n"));
  CHECK(bad_in_table("chain inet other c\n"));
  CHECK(bad_in_table("chain ip t c\n"));
  CHECK(bad_in_table("rule inet t c handle=4 comment=-\n"));
  CHECK(bad_in_table("expr counter\n"));
  CHECK(bad_in_table("chain inet t c\nexpr counter\n"));
  CHECK(bad_in_table("chain inet t c\nchain inet t c\n"));
  CHECK(bad_in_table("element inet t s key=00 flags=0x0 end=- verdict=- chain=- data=- exprs=-\n"));
  CHECK(bad_in_table("table ipx t flags=0x0\n"));
}

TEST_CASE("net_ruleset: values that make no sense are refused") {
  CHECK(bad_in_table("chain inet t c hook=3 priority=x policy=drop type=filter device=-\n"));
  CHECK(bad_in_table("chain inet t c hook=3 priority=0 policy=maybe type=filter device=-\n"));
  CHECK(bad_in_table("chain inet t c hook=3 priority=0 policy=drop type=filter device=a::b\n"));
  CHECK(bad_in_table("chain inet t c hook=3 priority=0 policy=drop type=filter\n"));
  CHECK(bad_in_table("chain inet t c \n"));
  CHECK(bad_in_table("set inet t s flags=1 key_len=4 fields=- data=-\n"));
  CHECK(bad_in_table("set inet t s flags=0x1 key_len=4 fields=4, data=-\n"));
  CHECK(bad_in_table("set inet t s flags=0x1 key_len=4 fields=- data=other\n"));
  const std::string set = "set inet t s flags=0x1 key_len=4 fields=- data=-\n";
  CHECK(bad_in_table(set + "element inet t s key=0 flags=0x0 end=- verdict=- chain=- data=- exprs=-\n"));
  CHECK(bad_in_table(set + "element inet t s key=0G flags=0x0 end=- verdict=- chain=- data=- exprs=-\n"));
  CHECK(bad_in_table(set + "element inet t s key=00 flags=0x0 end=- verdict=burn chain=- data=- exprs=-\n"));
  const std::string rule = "chain inet t c\nrule inet t c handle=4 comment=-\n";
  CHECK(bad_in_table(rule + "expr cmp op=1 op=2\n"));
  CHECK(bad_in_table(rule + "expr cmp =1\n"));
  CHECK(bad_in_table(rule + "expr cmp op=1 ?\n"));
  CHECK(bad_in_table(rule + "expr cmp op=\\x1\n"));
  CHECK(bad_in_table(rule + "expr cmp op\n"));
  CHECK(bad_in_table(rule + "expr  cmp\n"));
}
