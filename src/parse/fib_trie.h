// Which prefixes are in any routing table of IPv4? /proc/PID/net/fib_trie: every table, and of each route its
// prefix and type alone. It proves that no table holds a default route, to anybody who may read it.
//
//   Id 100:                       or Main:, Local:
//     +-- 0.0.0.0/0 3 0 5         an inner node, which is no route
//        |-- 0.0.0.0
//           /0 universe UNICAST   a route to 0.0.0.0/0
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx {

struct FibEntry {
  std::uint32_t table = 0; // 254 main, 255 local
  IpPrefix to;
  unsigned type = 0; // rtnetlink(7), rtm_type
  bool operator==(const FibEntry&) const = default;
};

// Empty text: there is no table, as in a namespace where nothing was ever set up. While no rule was added,
// the kernel keeps main and local in one trie and prints all of it under both names (net/ipv4/fib_trie.c).
Parsed<std::vector<FibEntry>> parse_fib_trie(std::string_view text);

} // namespace sbx
