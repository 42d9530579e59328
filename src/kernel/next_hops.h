// Where does a route lead to next? To one hop, to several, or to those of a nexthop object
// (ip-nexthop(8), 5.3).
#pragma once

#include "kernel/netlink.h"
#include "kernel/rtnetlink.h"

#include <cstdint>
#include <map>
#include <vector>

namespace sbx {

// The nexthop objects of a namespace, of which a route may name one in place of hops.
class NextHops {
public:
  explicit NextHops(std::size_t most) : most_(most) {}
  static NetlinkRequest request();
  bool take(const nlmsghdr& message); // false: there are more than `most`
  void clear() { objects_.clear(); }

  // At least one; a hop without a link is one that is not known.
  std::vector<RtHop> of_route(const NetlinkAttributes& route) const;

private:
  struct Object {
    RtHop hop;
    std::vector<std::uint32_t> members;
  };
  std::vector<RtHop> of_object(std::uint32_t id) const;
  std::size_t most_;
  std::map<std::uint32_t, Object> objects_;
};

} // namespace sbx
