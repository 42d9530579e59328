#include "kernel/next_hops.h"

#include <algorithm>
#include <cstring>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

namespace sbx {

namespace {

constexpr std::size_t most_hops = 1024; // of one route, beyond any that the kernel takes

} // namespace

NetlinkRequest NextHops::request() { return {RTM_GETNEXTHOP, raw_bytes(nhmsg{}), {}}; }

bool NextHops::take(const nlmsghdr& message) {
  const auto header = netlink_header<nhmsg>(message);
  if (message.nlmsg_type != RTM_NEWNEXTHOP || !header)
    return true;
  const NetlinkAttributes attributes(message, sizeof *header);
  Object it;
  it.hop = {attributes.value<std::uint32_t>(NHA_OIF), attributes.address(NHA_GATEWAY)};
  std::string_view group = attributes.bytes(NHA_GROUP);
  for (; group.size() >= sizeof(nexthop_grp); group.remove_prefix(sizeof(nexthop_grp))) {
    nexthop_grp member{};
    std::memcpy(&member, group.data(), sizeof member);
    it.members.push_back(member.id);
  }
  objects_[attributes.value<std::uint32_t>(NHA_ID).value_or(0)] = std::move(it);
  return objects_.size() <= most_;
}

std::vector<RtHop> NextHops::of_object(std::uint32_t id) const {
  const auto it = objects_.find(id);
  if (it == objects_.end())
    return {RtHop()};
  std::vector<RtHop> hops;
  for (const std::uint32_t member : it->second.members) { // groups hold no groups
    const auto one = objects_.find(member);
    hops.push_back(one == objects_.end() ? RtHop() : one->second.hop);
  }
  return hops.empty() ? std::vector<RtHop>{it->second.hop} : hops;
}

std::vector<RtHop> NextHops::of_route(const NetlinkAttributes& route) const {
  std::string_view several = route.bytes(RTA_MULTIPATH);
  std::vector<RtHop> hops;
  rtnexthop hop{};
  while (several.size() >= sizeof hop && hops.size() < most_hops) {
    std::memcpy(&hop, several.data(), sizeof hop);
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > several.size())
      break;
    RtHop it = rt_hop(NetlinkAttributes(several.substr(sizeof hop, hop.rtnh_len - sizeof hop)));
    if (hop.rtnh_ifindex > 0)
      it.link = static_cast<std::uint32_t>(hop.rtnh_ifindex);
    hops.push_back(it);
    several.remove_prefix(std::min<std::size_t>(RTNH_ALIGN(hop.rtnh_len), several.size()));
  }
  if (!hops.empty())
    return hops;
  const RtHop single = rt_hop(route);
  const auto object = route.value<std::uint32_t>(RTA_NH_ID);
  return object && *object != 0 && !single.link && !single.via ? of_object(*object)
                                                               : std::vector<RtHop>{single};
}

} // namespace sbx
