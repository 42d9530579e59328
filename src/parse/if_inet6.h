// Which IPv6 addresses does a network namespace have? /proc/PID/net/if_inet6, proc_pid_net(5), which also
// tells the index of each interface that has any.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Ipv6Address {
  IpPrefix prefix; // the address itself, with the length of its network
  std::uint32_t link = 0;
  std::string name;   // raw bytes
  unsigned flags = 0; // linux/if_addr.h, its lowest eight bits
};

Parsed<std::vector<Ipv6Address>> parse_if_inet6(std::string_view text); // empty: there is none

} // namespace sbx
