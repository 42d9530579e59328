// Which routes are in the main table of IPv4, and by which interface? /proc/PID/net/route, proc_pid_net(5).
// Routes of other tables are not in it, nor is the type of a route: what is no unicast has no interface here.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct ProcRoute {
  std::string link; // raw bytes; empty: none, it is a blackhole or the like
  IpPrefix to;
  std::optional<IpAddress> via; // of several next hops the first
  unsigned flags = 0;           // linux/route.h: RTF_UP 0x1, RTF_GATEWAY 0x2, RTF_REJECT 0x200
  std::uint32_t metric = 0;
};

// Empty text is an empty table: the kernel leaves out the head of one that was never made.
Parsed<std::vector<ProcRoute>> parse_net_route(std::string_view text);

} // namespace sbx
