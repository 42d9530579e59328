// Which packet filter rules does the kernel hold for the target's network namespaces? nftables and the older
// xtables, asked inside of each by netlink(7) and getsockopt(2). The dialect of target/net/ruleset, a part
// for each network namespace:
//
//   netns 4026532008 tid=4242
//   table inet openshell_bypass flags=0x0
//   chain inet openshell_bypass output hook=3 priority=0 policy=accept type=filter device=-
//   chain inet openshell_bypass helper                                    no base chain
//   set inet openshell_bypass __set0 flags=0x3 key_len=4 fields=- data=-  data=verdict: a verdict map; or
//   value element inet openshell_bypass __set0 key=0a590001 flags=0x0 end=- verdict=- chain=- data=- exprs=-
//   rule inet openshell_bypass output handle=4 comment=-
//   expr payload base=1 offset=16 len=4 dreg=1
//   expr cmp op=0 sreg=1 data=0a59004d
//   expr immediate dreg=0 verdict=accept chain=-
//   expr match name=owner rev=1 info=e8030000...                          xtables inside nftables
//   expr target name=REJECT rev=0 info=00000000
//   expr newer_thing ?
//   xtable ip filter flags=0x0                    the older iptables; its rules as above, in its own order
//   end ok                                        or !ERRNO: what was seen before may be a part
//   end !EPERM
//
// A chain, set, element or rule belongs to the table before it. Numbers are those of
// linux/netfilter/nf_tables.h, decimal but for flags; data and keys are bytes in hex, in the order of the
// packet. Names are escaped, and one that is "-" is \x2d. Expressions follow the rule that they are part of,
// in order; one that the adapter does not know has its name alone and "?". device: names with ":" between,
// one that ends in "/" is how a name begins. fields: lengths of a concatenation, "4,2". exprs: names of what
// an element does beside, "limit,counter".
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
  std::string name;       // "payload", "cmp", "match" ...
  bool understood = true; // false: the adapter knew no more than its name
  // By key; hex text stays text, names are raw bytes; what is "-" is left out.
  std::map<std::string, std::string> values;
};

struct NetFilterRule {
  std::uint64_t handle = 0;
  std::string comment;
  std::vector<NetExpression> expressions;
};

struct NetFilterDevice {
  std::string name;
  bool begins = false; // every interface whose name begins so (6.16)
};

struct NetFilterChain {
  std::string name;
  // 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting; netdev: 0 ingress, 1 egress
  std::optional<unsigned> hook;
  std::int32_t priority = 0;
  std::string policy;                   // "accept" or "drop", of a base chain
  std::string type;                     // "filter", "nat", "route"
  std::vector<NetFilterDevice> devices; // of netdev
  std::vector<NetFilterRule> rules;
};

struct NetFilterElement {
  std::string key, end;             // bytes; `end` of an interval with one element for both, else empty
  std::uint32_t flags = 0;          // NFT_SET_ELEM_INTERVAL_END 0x1, NFT_SET_ELEM_CATCHALL 0x2
  std::string verdict, chain, data; // of maps; `data` bytes
  std::string expressions;          // names: "limit" may make it match at times only
};

struct NetFilterSet {
  std::string name;
  // NFT_SET_ANONYMOUS 0x1, CONSTANT 0x2, INTERVAL 0x4, MAP 0x8, TIMEOUT 0x10, EVAL 0x20, OBJECT 0x40, CONCAT
  // 0x80
  std::uint32_t flags = 0;
  std::uint32_t key_len = 0;
  std::vector<unsigned> fields; // lengths of the parts of a concatenation; empty: not told
  std::string data;             // "verdict" or "value", of maps
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
