#include "kernel/rtnetlink.h"

#include "core/escape.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace sbx {

namespace {

constexpr std::size_t longest_mac = 32; // MAX_ADDR_LEN of linux/netdevice.h

std::optional<std::uint32_t> not_zero(std::optional<std::uint32_t> index) {
  return index && *index != 0 ? index : std::nullopt;
}

// RTA_VIA: of another family than the route, "via inet6 fe80::1".
std::optional<IpAddress> via_of(const NetlinkAttributes& of) {
  if (const auto gateway = of.address(RTA_GATEWAY))
    return gateway;
  const std::string_view via = of.bytes(RTA_VIA);
  return via.size() > sizeof(rtvia::rtvia_family) ? ip_of_bytes(via.substr(sizeof(rtvia::rtvia_family)))
                                                  : std::nullopt;
}

} // namespace

NetlinkRequest links_request() {
  return {RTM_GETLINK,
          raw_bytes(ifinfomsg{}),
          {{IFLA_EXT_MASK, raw_bytes<std::uint32_t>(RTEXT_FILTER_SKIP_STATS)}}};
}

NetlinkRequest addresses_request() { return {RTM_GETADDR, raw_bytes(ifaddrmsg{}), {}}; }

std::string mac_text(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes.substr(0, longest_mac))
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", static_cast<unsigned char>(byte));
  return text;
}

std::optional<RtLink> rt_link(const nlmsghdr& message) {
  const auto header = netlink_header<ifinfomsg>(message);
  if (message.nlmsg_type != RTM_NEWLINK || !header || header->ifi_index <= 0 ||
      header->ifi_family != AF_UNSPEC)
    return std::nullopt;
  const NetlinkAttributes attributes(message, sizeof *header);
  const NetlinkAttributes info(attributes.bytes(IFLA_LINKINFO));
  RtLink link;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  link.flags = header->ifi_flags;
  link.name = attributes.name(IFLA_IFNAME);
  link.kind = info.name(IFLA_INFO_KIND);
  link.mac = mac_text(attributes.bytes(IFLA_ADDRESS));
  link.other_end = not_zero(attributes.value<std::uint32_t>(IFLA_LINK));
  link.master = not_zero(attributes.value<std::uint32_t>(IFLA_MASTER));
  link.netns_id = attributes.value<std::int32_t>(IFLA_LINK_NETNSID);
  return link;
}

std::optional<RtAddress> rt_address(const nlmsghdr& message) {
  const auto header = netlink_header<ifaddrmsg>(message);
  if (message.nlmsg_type != RTM_NEWADDR || !header)
    return std::nullopt;
  const NetlinkAttributes attributes(message, sizeof *header);
  auto address = attributes.address(IFA_LOCAL); // of a point-to-point link the other one is the other end's
  if (!address)
    address = attributes.address(IFA_ADDRESS);
  if (!address || header->ifa_prefixlen > address->bits())
    return std::nullopt;
  return RtAddress{header->ifa_index, {*address, header->ifa_prefixlen}};
}

RtHop rt_hop(const NetlinkAttributes& of) { return {not_zero(of.value<std::uint32_t>(RTA_OIF)), via_of(of)}; }

tl::expected<RtAnswer, int> route_towards(Netlink& rtnetlink, const IpAddress& to,
                                          std::optional<std::uint32_t> uid, bool& asked) {
  rtmsg header{};
  header.rtm_family = to.v6 ? AF_INET6 : AF_INET;
  header.rtm_dst_len = static_cast<unsigned char>(to.bits());
  header.rtm_flags = RTM_F_LOOKUP_TABLE;
  NetlinkRequest request{RTM_GETROUTE, raw_bytes(header), {}};
  request.attributes.emplace_back(RTA_DST,
                                  std::string(reinterpret_cast<const char*>(to.bytes.data()), to.bits() / 8));
  if (uid)
    request.attributes.emplace_back(RTA_UID, raw_bytes(*uid));
  RtAnswer answer;
  bool understood = false;
  const int error = rtnetlink.ask(request, [&](const nlmsghdr& message) {
    const auto got = netlink_header<rtmsg>(message);
    if (message.nlmsg_type != RTM_NEWROUTE || !got)
      return true;
    const NetlinkAttributes attributes(message, sizeof *got);
    answer.type = got->rtm_type;
    answer.from = attributes.address(RTA_PREFSRC);
    answer.table = attributes.value<std::uint32_t>(RTA_TABLE).value_or(got->rtm_table);
    answer.hop = rt_hop(attributes);
    return understood = true;
  });
  // Errnos of the way there say nothing of the route.
  asked = error == 0 ? understood : error != EFBIG && error != ENOBUFS && error != ENOMEM && error != EBADMSG;
  if (error != 0 || !understood)
    return tl::unexpected<int>(error != 0 ? error : EBADMSG);
  return answer;
}

std::string index_word(const std::optional<std::uint32_t>& index) {
  return index ? std::to_string(*index) : "-";
}

std::string address_word(const std::optional<IpAddress>& address) {
  return address ? ip_text(*address) : "-";
}

std::string name_word(std::string_view name) {
  return name.empty() ? "-" : name == "-" ? "\\x2d" : escaped_word(name);
}

} // namespace sbx
