// How is a network namespace set up that we may not enter? As far as the files tell that anybody may read.
#pragma once

#include "parse/fib_trie.h"
#include "parse/if_inet6.h"
#include "parse/ipv6_route.h"
#include "parse/net_config.h"
#include "parse/net_route.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct ProcNetFiles { // empty: not seen
  std::optional<std::vector<std::string>> links;
  std::optional<std::vector<ProcRoute>> main4;
  std::optional<std::vector<FibEntry>> tables4;
  std::optional<std::vector<Ipv6Route>> tables6;
  std::optional<std::vector<Ipv6Address>> addresses6;
};

// Interfaces whose index no file tells get one from here on, which no interface has (an ifindex is positive).
inline constexpr std::uint32_t unnumbered_link = 0x8000'0000;

// `files` of the result says which parts were seen, and its `error` is EOPNOTSUPP: files never tell all.
// Types of IPv6 routes that drop or refuse are all 7, unreachable, for which of them it is was not told; and
// such routes of `lo` that the kernel keeps in reserve are left out, for they are no default route of
// anybody's. Routes of IPv4 outside of the main table have neither link nor via. `from` of an IPv6 route is
// not told: a route for some senders alone counts as one for all.
NetConfig net_config_of(const ProcNetFiles& files);

} // namespace sbx
