// Where would the kernel send a packet? rtnetlink(7) RTM_GETROUTE, asked inside the target's network
// namespace: no packet is sent. The dialect of target/net/lookups, one line for each question:
//
//   4026532008/1.1.1.1/1000 type=1 link=2 via=10.89.77.1 from=10.89.77.3 table=254
//   4026532008/2606:4700:4700::1111/1000 !ENETUNREACH
//   4026532008/8.8.8.8/1000 !EPERM join            nothing was asked: the namespace could not be joined, no
//                                                  thread lives in it, or it is no question (EINVAL)
//
// A question is the inode of a network namespace that a thread of the target lives in, the address, and the
// user who sends (ip-rule(8), uidrange).
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct RouteAnswer {
  unsigned type = 0; // rtm_type: 1 unicast, 2 local; 6 blackhole, 7 unreachable, 8 prohibit
  std::optional<std::uint32_t> link;
  std::optional<IpAddress> via, from;
  std::uint32_t table = 0;
  bool reaches() const {
    return type >= 1 && type <= 5;
  } // rtnetlink(7): unicast, local, broadcast, anycast, multicast
};

struct RouteLookup {
  std::string path; // the question, as it was asked
  std::optional<RouteAnswer> route;
  int error = 0;      // errno where there is none
  bool asked = false; // the kernel gave that errno as its answer; else it was never asked
};

// "4026532008/1.1.1.1/1000"
std::string route_question(std::uint64_t netns, const IpAddress& to, std::uint32_t uid);

// Did the kernel say that there is no way there? ENETUNREACH, EHOSTUNREACH, EACCES (prohibit), EINVAL
// (blackhole); other errnos say nothing.
bool no_route(const RouteLookup& lookup);

Parsed<std::vector<RouteLookup>> parse_route_lookups(std::string_view text);

} // namespace sbx
