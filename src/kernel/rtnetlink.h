// What do the messages of rtnetlink(7) say of a link, an address, a route, and where would a packet go?
#pragma once

#include "core/ip_address.h"
#include "kernel/netlink.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx {

struct RtLink {
  std::uint32_t index = 0, flags = 0;
  std::string name, kind, mac;                    // the first two are raw bytes
  std::optional<std::uint32_t> other_end, master; // indices
  std::optional<std::int32_t> netns_id; // of the namespace that the other end is in, where it is another
};

struct RtAddress {
  std::uint32_t link = 0;
  IpPrefix prefix;
};

struct RtHop {
  std::optional<std::uint32_t> link;
  std::optional<IpAddress> via;
};

struct RtAnswer {
  unsigned type = 0;
  std::optional<IpAddress> from;
  std::uint32_t table = 0;
  RtHop hop;
};

NetlinkRequest links_request();
NetlinkRequest addresses_request();
std::optional<RtLink> rt_link(const nlmsghdr& message);
std::optional<RtAddress> rt_address(const nlmsghdr& message);
RtHop rt_hop(const NetlinkAttributes& of); // RTA_OIF, RTA_GATEWAY, RTA_VIA
std::string mac_text(std::string_view bytes);

// RTM_GETROUTE: nothing is sent. The errno is the kernel's answer where `asked` says so.
tl::expected<RtAnswer, int> route_towards(Netlink& rtnetlink, const IpAddress& to,
                                          std::optional<std::uint32_t> uid, bool& asked);

// Words of the dialects: - where there is none; a name that is "-" is escaped.
std::string index_word(const std::optional<std::uint32_t>& index);
std::string address_word(const std::optional<IpAddress>& address);
std::string name_word(std::string_view name);

} // namespace sbx
