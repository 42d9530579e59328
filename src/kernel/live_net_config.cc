#include "kernel/live_net_config.h"

#include "core/escape.h"
#include "kernel/file.h"
#include "kernel/net_namespaces.h"
#include "kernel/next_hops.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"
#include "kernel/rtnetlink.h"

#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 3000;            // of all together, and no child needs a tenth of it
constexpr std::size_t most_bytes = 32 << 20; // a recording holds 128 MiB
constexpr const char* sysctls[] = {"ipv4/ip_forward", "ipv6/conf/all/forwarding",
                                   "ipv6/conf/all/disable_ipv6", "ipv4/ip_unprivileged_port_start",
                                   "ipv4/ping_group_range"};

template <class... Values>
void put(std::string& text, fmt::format_string<Values...> words, Values&&... values) {
  fmt::format_to(std::back_inserter(text), words, std::forward<Values>(values)...);
}

std::string prefix_text(const NetlinkAttributes& attributes, int type, unsigned length, bool v6) {
  IpAddress none;
  none.v6 = v6;
  return ip_text(IpPrefix{attributes.address(type).value_or(none), length});
}

// How many lines; those of cached routes (exceptions, which older kernels list too) are none.
std::size_t put_route(std::string& text, const nlmsghdr& message, bool v6, const NextHops& objects) {
  const auto header = netlink_header<rtmsg>(message);
  if (message.nlmsg_type != RTM_NEWROUTE || !header || header->rtm_family != (v6 ? AF_INET6 : AF_INET) ||
      (header->rtm_flags & RTM_F_CLONED) != 0)
    return 0;
  const NetlinkAttributes attributes(message, sizeof *header);
  const std::string from =
      header->rtm_src_len > 0 ? " from=" + prefix_text(attributes, RTA_SRC, header->rtm_src_len, v6) : "";
  const std::vector<RtHop> hops = objects.of_route(attributes);
  for (const RtHop& hop : hops)
    put(text, "route table={} to={} type={} link={} via={} metric={} protocol={}{}\n",
        attributes.value<std::uint32_t>(RTA_TABLE).value_or(header->rtm_table),
        prefix_text(attributes, RTA_DST, header->rtm_dst_len, v6), header->rtm_type, index_word(hop.link),
        address_word(hop.via), attributes.value<std::uint32_t>(RTA_PRIORITY).value_or(0),
        header->rtm_protocol, from);
  return hops.size();
}

// FRA_SPORT_MASK and this one (6.15) narrow ranges, which are told to be there themselves.
constexpr int dport_mask = 29;

// Every attribute that is not told elsewhere and makes a rule hold for fewer packets, or do less.
std::string also_of(const fib_rule_hdr& header, const NetlinkAttributes& attributes) {
  constexpr std::pair<int, const char*> known[] = {
      {FRA_TUN_ID, "tun_id"},     {FRA_SUPPRESS_IFGROUP, "suppress_ifgroup"},
      {FRA_L3MDEV, "l3mdev"},     {FRA_IP_PROTO, "ipproto"},
      {FRA_SPORT_RANGE, "sport"}, {FRA_DPORT_RANGE, "dport"},
      {FRA_GOTO, "goto"}};
  constexpr int told[] = {FRA_DST,
                          FRA_SRC,
                          FRA_IIFNAME,
                          FRA_PRIORITY,
                          FRA_FWMARK,
                          FRA_FLOW,
                          FRA_TABLE,
                          FRA_FWMASK,
                          FRA_OIFNAME,
                          FRA_PAD,
                          FRA_PROTOCOL,
                          FRA_UID_RANGE,
                          FRA_SUPPRESS_PREFIXLEN,
                          dport_mask - 1,
                          dport_mask};
  std::string words;
  const auto say_also = [&](const std::string& word) { words += (words.empty() ? "" : ",") + word; };
  for (int type = 1; type <= NetlinkAttributes::most; ++type) {
    if (!attributes.has(type) || std::find(std::begin(told), std::end(told), type) != std::end(told))
      continue;
    const auto* name =
        std::find_if(std::begin(known), std::end(known), [&](const auto& it) { return it.first == type; });
    say_also(name == std::end(known) ? std::to_string(type) : name->second);
  }
  constexpr std::uint32_t all = 0xffffffff;
  if (attributes.value<std::uint32_t>(FRA_SUPPRESS_PREFIXLEN).value_or(all) != all)
    say_also("suppress_prefixlength");
  if (attributes.has(FRA_FWMARK) && attributes.value<std::uint32_t>(FRA_FWMASK).value_or(all) != all)
    say_also("fwmask");
  if (header.tos != 0)
    say_also("tos");
  if ((header.flags & (FIB_RULE_IIF_DETACHED | FIB_RULE_OIF_DETACHED)) != 0)
    say_also("detached"); // there is no interface of that name
  return words;
}

std::size_t put_rule(std::string& text, const nlmsghdr& message, bool v6) {
  const auto header = netlink_header<fib_rule_hdr>(message);
  if (message.nlmsg_type != RTM_NEWRULE || !header || header->family != (v6 ? AF_INET6 : AF_INET))
    return 0;
  const NetlinkAttributes attributes(message, sizeof *header);
  const auto prefix = [&](int type, unsigned length) {
    return length == 0 ? "-" : prefix_text(attributes, type, length, v6);
  };
  const auto uids = attributes.value<fib_rule_uid_range>(FRA_UID_RANGE);
  const std::string also = also_of(*header, attributes);
  put(text, "rule family={} priority={} action={} table={} from={} to={} iif={} oif={} mark={} uids={}",
      v6 ? 6 : 4, attributes.value<std::uint32_t>(FRA_PRIORITY).value_or(0), header->action,
      attributes.value<std::uint32_t>(FRA_TABLE).value_or(header->table), prefix(FRA_SRC, header->src_len),
      prefix(FRA_DST, header->dst_len), name_word(attributes.name(FRA_IIFNAME)),
      name_word(attributes.name(FRA_OIFNAME)), index_word(attributes.value<std::uint32_t>(FRA_FWMARK)),
      uids ? fmt::format("{}-{}", uids->start, uids->end) : "-");
  put(text, " invert={}{}\n", (header->flags & FIB_RULE_INVERT) != 0 ? 1 : 0,
      also.empty() ? also : " also=" + also);
  return 1;
}

std::size_t put_neighbour(std::string& text, const nlmsghdr& message) {
  const auto header = netlink_header<ndmsg>(message);
  if (message.nlmsg_type != RTM_NEWNEIGH || !header)
    return 0;
  const NetlinkAttributes attributes(message, sizeof *header);
  const auto address = attributes.address(NDA_DST);
  if (!address || (header->ndm_family != AF_INET && header->ndm_family != AF_INET6))
    return 0;
  put(text, "neighbour {} {} state=0x{:x} mac={}\n", header->ndm_ifindex, ip_text(*address),
      header->ndm_state, name_word(mac_text(attributes.bytes(NDA_LLADDR))));
  return 1;
}

std::size_t put_link(std::string& text, const nlmsghdr& message) {
  const auto link = rt_link(message);
  if (link)
    put(text, "link {} name={} kind={} flags=0x{:x} peer={} peer_netns={} master={} mac={}\n", link->index,
        escaped_word(link->name), name_word(link->kind), link->flags, index_word(link->other_end),
        link->netns_id ? std::to_string(*link->netns_id) : "-", index_word(link->master),
        name_word(link->mac));
  return link ? 1 : 0;
}

std::size_t put_address(std::string& text, const nlmsghdr& message) {
  const auto address = rt_address(message);
  if (address)
    put(text, "address {} {}\n", address->link, ip_text(address->prefix));
  return address ? 1 : 0;
}

class Telling {
public:
  explicit Telling(int out) : out_(out) {}

  // Each dump has a socket of its own, for one that went over its bound is of no use any more.
  template <class Put>
  void dump(const NetlinkRequest& request, std::size_t most, Put&& put_lines, int means_none = 0) {
    auto rtnetlink = Netlink::open(NETLINK_ROUTE);
    if (!rtnetlink)
      return met(rtnetlink.error());
    std::string text;
    std::size_t count = 0;
    const int error = rtnetlink->dump(
        request, [&] { text.clear(), count = 0; },
        [&](const nlmsghdr& message) {
          const std::size_t had = text.size();
          count += put_lines(text, message);
          if (count > most)
            text.resize(had);
          return count <= most;
        });
    say(out_, text);
    if (error != means_none)
      met(error);
  }

  void met(int error) {
    if (error_ == 0)
      error_ = error;
  }

  void sysctl(const char* name) const {
    Reading value = read_host_file(std::string("/proc/sys/net/") + name); // shows the reader's namespace
    if (value && value->ends_with('\n'))
      value->pop_back();
    std::string word = value ? word_of(*value) : refusal_word(value.error().error);
    if (value && word.starts_with('!'))
      word.replace(0, 1, "\\x21");
    say(out_, fmt::format("sysctl {} {}\n", name, word));
  }

  void end() const { say(out_, "end " + (error_ == 0 ? "ok" : refusal_word(error_)) + "\n"); }

private:
  int out_, error_ = 0;
};

} // namespace

void tell_net_config(int out, const NetConfigBounds& bounds) {
  Telling telling(out);
  telling.dump(links_request(), bounds.links, put_link);
  telling.dump(addresses_request(), bounds.addresses, put_address);
  NextHops objects(bounds.routes);
  if (auto rtnetlink = Netlink::open(NETLINK_ROUTE)) // older kernels have none, and no route names one
    rtnetlink->dump(
        NextHops::request(), [&] { objects.clear(); },
        [&](const nlmsghdr& message) { return objects.take(message); });
  std::size_t routes = bounds.routes;
  for (const bool v6 : {false, true}) {
    rtmsg header{};
    header.rtm_family = v6 ? AF_INET6 : AF_INET;
    telling.dump(
        {RTM_GETROUTE, raw_bytes(header), {}}, routes,
        [&](std::string& text, const nlmsghdr& message) { return put_route(text, message, v6, objects); });
  }
  for (const bool v6 : {false, true}) {
    fib_rule_hdr header{};
    header.family = v6 ? AF_INET6 : AF_INET;
    const int without_ipv6 = v6 ? EAFNOSUPPORT : 0;
    telling.dump(
        {RTM_GETRULE, raw_bytes(header), {}}, bounds.rules,
        [&](std::string& text, const nlmsghdr& message) { return put_rule(text, message, v6); },
        without_ipv6);
  }
  telling.dump({RTM_GETNEIGH, raw_bytes(ndmsg{}), {}}, bounds.neighbours, put_neighbour);
  for (const char* name : sysctls)
    telling.sysctl(name);
  telling.end();
}

Reading read_net_config(const ProcTarget& target) {
  return each_net_namespace(target, [](int out) { tell_net_config(out, {}); },
                            {.deadline_ms = deadline_ms, .most_bytes = most_bytes});
}

} // namespace sbx
