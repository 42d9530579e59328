// Which packet filter rules does the kernel hold for the target's network namespaces? nftables and the older
// xtables, asked inside of each by netlink(7) and getsockopt(2). The dialect of target/net/ruleset, a part
// for each network namespace:
//
//   netns 4026532008 tid=4242
//   table inet openshell_bypass flags=0x0
//   chain inet openshell_bypass output hook=3 priority=0 policy=accept type=filter device=-
//   chain inet openshell_bypass helper                                    no base chain
//   set inet openshell_bypass __set0 flags=0x3 key_len=4 data=-           data=verdict: a verdict map
//   element inet openshell_bypass __set0 key=0a590001 flags=0x0 end=- verdict=- chain=-
//   rule inet openshell_bypass output handle=4 comment=-
//   expr payload base=1 offset=16 len=4 dreg=1
//   expr cmp op=0 sreg=1 data=0a59004d
//   expr immediate dreg=0 verdict=accept chain=-
//   expr match name=owner revision=1 info=e8030000...                     xtables inside nftables
//   expr target name=REJECT revision=0 info=00000000
//   xtable ip filter                              the older iptables; its rules as above, in its own order
//   end ok                                        or !ERRNO: what was seen before may be a part
//   end !EPERM
//
// Numbers are those of linux/netfilter/nf_tables.h; data and keys are bytes in hex, in the order of the
// packet. Names are escaped. Expressions follow the rule that they are part of, in order; one that the
// adapter does not know has its name alone and "?".
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct NetExpression {
  std::string name;                          // "payload", "cmp", "match" ...
  bool understood = true;                    // false: the adapter knew no more than its name
  std::map<std::string, std::string> values; // by key; hex text stays text, names are raw bytes
};

struct NetFilterRule {
  std::uint64_t handle = 0;
  std::string comment;
  std::vector<NetExpression> expressions;
};

struct NetFilterChain {
  std::string name;
  std::optional<unsigned>
      hook; // 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting; netdev: 0 ingress, 1 egress
  std::int32_t priority = 0;
  std::string policy; // "accept" or "drop", of a base chain
  std::string type;   // "filter", "nat", "route"
  std::string device; // of netdev
  std::vector<NetFilterRule> rules;
};

struct NetFilterElement {
  std::string key, end;             // bytes; `end` of an interval with one element for both, else empty
  std::uint32_t flags = 0;          // NFT_SET_ELEM_INTERVAL_END 0x1, NFT_SET_ELEM_CATCHALL 0x2
  std::string verdict, chain, data; // of maps
};

struct NetFilterSet {
  std::string name;
  std::uint32_t flags =
      0; // NFT_SET_ANONYMOUS 0x1, CONSTANT 0x2, INTERVAL 0x4, MAP 0x8, TIMEOUT 0x10, CONCAT 0x80
  std::uint32_t key_len = 0;
  std::vector<NetFilterElement> elements;
};

struct NetFilterTable {
  std::string family; // "ip", "ip6", "inet", "arp", "bridge", "netdev"
  std::string name;
  bool xtables = false;    // of the older iptables
  std::uint32_t flags = 0; // NFT_TABLE_F_DORMANT 0x1
  std::vector<NetFilterChain> chains;
  std::vector<NetFilterSet> sets;
};

struct NetRuleset {
  std::uint64_t inode = 0; // of the namespace
  std::int64_t tid = 0;
  int error = 0; // errno that ended the asking; 0: it is all
  std::vector<NetFilterTable> tables;
};

Parsed<std::vector<NetRuleset>> parse_net_ruleset(std::string_view text);

} // namespace sbx
