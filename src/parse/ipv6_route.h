// Which routes are in any routing table of IPv6? /proc/PID/net/ipv6_route: all tables, without their numbers,
// and of what is no unicast only that it is none.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Ipv6Route {
  IpPrefix to, from; // from: ::/0 unless the route is for some senders alone
  std::optional<IpAddress> via;
  std::uint32_t metric = 0;
  // linux/ipv6_route.h, linux/route.h. RTF_REJECT: what is sent there is dropped or refused (blackhole,
  // unreachable, prohibit). Each table has such a default route of `lo` in reserve.
  std::uint32_t flags = 0;
  std::string link; // raw bytes; may be empty
  bool rejects() const { return (flags & 0x200) != 0; }
  bool local() const { return (flags & 0x8000'0000) != 0; }
  bool anycast() const { return (flags & 0x0010'0000) != 0; }
};

// At least one: Linux shows that default route in every namespace, so a file without any is another kernel's
// (gVisor) that tells nothing.
Parsed<std::vector<Ipv6Route>> parse_ipv6_route(std::string_view text);

} // namespace sbx
