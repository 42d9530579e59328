#include "kernel/net_room.h"

#include "core/escape.h"
#include "kernel/file.h"
#include "kernel/listening_sockets.h"
#include "kernel/net_namespaces.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <fmt/core.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

namespace sbx {

namespace {

constexpr std::size_t most_links = 4096, most_addresses = 16'384, most_listens = 256;
constexpr const char *public4 = "1.1.1.1", *public6 = "2606:4700:4700::1111"; // nothing is sent to them

std::string forwards_word(const char* name) {
  const Reading value = read_host_file(std::string("/proc/sys/net/") + name); // of the reader's namespace
  return !value ? refusal_word(value.error().error) : value->starts_with('0') ? "0" : "1";
}

// Of cgroups(7): that of version 2, else the first line's.
std::string cgroup_of(std::string_view text) {
  const std::size_t unified = text.starts_with("0::") ? 0 : text.find("\n0::");
  text.remove_prefix(unified == text.npos || unified == 0 ? 0 : unified + 1);
  text = text.substr(0, text.find('\n'));
  const std::size_t path = text.find(':', std::min(text.find(':'), text.size() - 1) + 1);
  return path == text.npos ? std::string() : std::string(text.substr(path + 1));
}

} // namespace

NetRoom open_room() {
  NetRoom room;
  const auto take = [&](std::optional<Netlink>& into, int protocol) {
    if (auto opened = Netlink::open(protocol))
      into.emplace(std::move(*opened));
    else if (room.error == 0)
      room.error = opened.error();
  };
  take(room.rtnetlink, NETLINK_ROUTE);
  take(room.diag, NETLINK_SOCK_DIAG);
  room.forwards4 = forwards_word("ipv4/ip_forward");
  room.forwards6 = forwards_word("ipv6/conf/all/forwarding");
  return room;
}

void NetRoom::met(int problem) {
  if (error == 0)
    error = problem;
}

void NetRoom::look() {
  if (!rtnetlink)
    return;
  met(rtnetlink->dump(
      links_request(), [&] { links.clear(); },
      [&](const nlmsghdr& message) {
        auto link = rt_link(message);
        const bool over = link && links.size() == most_links;
        if (link && !over)
          links.push_back(std::move(*link));
        return !over;
      }));
}

std::set<std::int32_t> NetRoom::ids() const {
  std::set<std::int32_t> found;
  for (const RtLink& link : links)
    if (link.netns_id && *link.netns_id >= 0)
      found.insert(*link.netns_id);
  return found;
}

std::optional<std::int32_t> NetRoom::id_of(int netns) {
  std::optional<std::int32_t> id;
  if (rtnetlink)
    rtnetlink->ask({RTM_GETNSID,
                    raw_bytes(rtgenmsg{}),
                    {{NETNSA_FD, raw_bytes<std::uint32_t>(static_cast<std::uint32_t>(netns))}}},
                   [&](const nlmsghdr& message) {
                     // The attributes stand behind the one byte of the header, aligned.
                     id = NetlinkAttributes(message, sizeof(rtgenmsg)).value<std::int32_t>(NETNSA_NSID);
                     return true;
                   });
  return id && *id >= 0 ? id : std::nullopt; // NETNSA_NSID_NOT_ASSIGNED is -1
}

std::string NetRoom::tell(const std::map<std::int32_t, std::uint64_t>& inodes, std::uint64_t inode) {
  std::string text;
  for (const RtLink& link : links) {
    const auto there = link.netns_id ? inodes.find(*link.netns_id) : inodes.end();
    const std::string netns = link.netns_id    ? there == inodes.end() ? "?" : std::to_string(there->second)
                                 : link.other_end ? std::to_string(inode)
                                               : "-";
    text += fmt::format("link {} name={} kind={} flags=0x{:x} master={} peer={} peer_netns={}\n", link.index,
                        escaped_word(link.name), name_word(link.kind), link.flags, index_word(link.master),
                        index_word(link.other_end), netns);
  }
  text += addresses() + public_route("4", public4) + public_route("6", public6);
  text += "forwards 4 " + forwards4 + "\nforwards 6 " + forwards6 + "\n";
  return text + listens();
}

std::string NetRoom::addresses() {
  std::string text;
  std::size_t count = 0;
  if (rtnetlink)
    met(rtnetlink->dump(
        addresses_request(), [&] { text.clear(), count = 0; },
        [&](const nlmsghdr& message) {
          if (const auto address = rt_address(message); address && ++count <= most_addresses)
            text += fmt::format("address {} {}\n", address->link, ip_text(address->prefix));
          return count <= most_addresses;
        }));
  return text;
}

std::string NetRoom::public_route(const char* family, const char* address) {
  const auto to = parse_ip_address(address);
  bool asked = false;
  const auto answer =
      rtnetlink ? route_towards(*rtnetlink, *to, std::nullopt, asked) : tl::unexpected<int>(error);
  if (!answer && !asked) {
    met(answer.error());
    return {};
  }
  constexpr std::pair<unsigned, int> refusing[] = {
      {RTN_BLACKHOLE, EINVAL}, {RTN_UNREACHABLE, EHOSTUNREACH}, {RTN_PROHIBIT, EACCES}};
  int problem = answer ? 0 : answer.error();
  for (const auto& [type, means] : refusing)
    if (answer && answer->type == type)
      problem = means;
  return problem != 0 ? fmt::format("public {} {}\n", family, refusal_word(problem))
                      : fmt::format("public {} link={} via={}\n", family, index_word(answer->hop.link),
                                    address_word(answer->hop.via));
}

std::string NetRoom::listens() {
  if (!diag)
    return {};
  const ListeningSockets found = listening_sockets(*diag, most_listens);
  met(found.error);
  std::string text;
  for (const ListeningSocket& at : found.sockets)
    text += fmt::format("listens {} {} {}\n", at.udp ? "udp" : "tcp", ip_text(at.address), at.port);
  return text;
}

std::string peer_heading(int proc, const MachineNetNamespace& at, unsigned distance, bool ours) {
  const std::string task = std::to_string(at.pid);
  Reading comm = refused(ESRCH), cgroup = refused(ESRCH);
  if (at.pid != 0) {
    comm = read_beneath(proc, task + "/comm");
    cgroup = read_beneath(proc, task + "/cgroup");
    if (const auto still = net_inode(proc, task); !still || *still != at.inode)
      comm = cgroup = refused(ESRCH); // that number may be another process's by now
  }
  if (comm && comm->ends_with('\n'))
    comm->pop_back();
  return fmt::format("netns {} distance={} ours={} processes={} pid={} comm={} cgroup={} name={}\n", at.inode,
                     distance, ours ? 1 : 0, at.processes, at.pid != 0 ? task : "-",
                     name_word(comm ? *comm : ""), name_word(cgroup ? cgroup_of(*cgroup) : ""),
                     name_word(at.name));
}

std::string end_word(int error) { return error == 0 ? "ok" : refusal_word(error); }

} // namespace sbx
