// How are the network namespaces of the target set up? rtnetlink(7), asked inside of each. The dialect of
// target/net/config, a part for each network namespace that a thread of the target lives in:
//
//   netns 4026532008 tid=4242                      a thread that lives in it
//   link 2 name=eth0 kind=veth flags=0x11043 peer=5 peer_netns=0 master=- mac=02:00:00:00:00:01
//   address 2 10.89.77.3/24
//   route table=254 to=0.0.0.0/0 type=1 link=2 via=10.89.77.1 metric=0 protocol=3
//   route table=254 to=10.1.0.0/16 type=1 link=2 via=- metric=100 protocol=2
//   rule family=4 priority=32766 action=1 table=254 from=- to=- iif=- oif=- mark=- uids=- invert=0
//   neighbour 2 10.89.77.1 state=0x2 mac=02:00:00:00:00:02
//   sysctl ipv4/ip_forward 0                       or !ERRNO; the value escaped
//   end ok                                         or the first errno that was met: !EPERM where it may not
//                                                  be joined
//   netns 0 tid=4243                               what it lives in was not seen, and why
//   end !EACCES
//
// link: flags of netdevice(7) in hex; kind of IFLA_INFO_KIND, - for physical and loopback ones; peer is
// IFLA_LINK (of a veth: the index of its other end), peer_netns is IFLA_LINK_NETNSID, - where both are in
// this namespace, -1 where it has no number for the other one. route: type is rtm_type (1 unicast, 2 local, 3
// broadcast, 6 blackhole, 7 unreachable, 8 prohibit), one line a next hop; behind it from=PREFIX where it
// holds for these senders alone (IPv6). rule: action is FR_ACT_* (1 to table, 6 blackhole, 7 unreachable, 8
// prohibit); uids=1000-1000; behind it also=dport,suppress_prefixlength where there is more that limits it,
// by name or by the number of the attribute.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

struct NetLink {
  std::uint32_t index = 0;
  std::string name;                          // raw bytes
  std::string kind;                          // raw bytes; empty: physical, or loopback
  std::uint32_t flags = 0;                   // netdevice(7): IFF_UP 0x1, IFF_LOOPBACK 0x8
  std::optional<std::uint32_t> peer, master; // indices
  std::optional<std::int32_t> peer_netns;    // the id of a namespace, as this one numbers others
  std::string mac;                           // "02:00:00:00:00:01", or empty
  bool up() const { return (flags & 0x1) != 0; }
  bool loopback() const { return (flags & 0x8) != 0; }
};

struct NetAddress {
  std::uint32_t link = 0;
  IpPrefix prefix; // the address itself, with the length of its network
};

struct NetRoute {
  std::uint32_t table = 0; // 254 main, 255 local, 253 default
  IpPrefix to;
  unsigned type = 0; // rtnetlink(7), rtm_type
  std::optional<std::uint32_t> link;
  std::optional<IpAddress> via;
  std::uint32_t metric = 0;
  unsigned protocol = 0;        // rtm_protocol: 2 kernel, 3 boot, 4 static, 9 router advertisement
  std::optional<IpPrefix> from; // of these senders alone
  bool is_default() const { return to.length == 0 && type == 1; }
};

struct NetRule { // of policy routing, ip-rule(8)
  bool v6 = false;
  std::uint32_t priority = 0;
  unsigned action = 0;
  std::uint32_t table = 0;
  std::optional<IpPrefix> from, to;
  std::string iif, oif; // raw bytes; empty: any
  std::optional<std::uint32_t> mark;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> uids; // from, to
  bool invert = false;
  std::string also; // what else limits it, "dport,suppress_prefixlength"; empty: nothing
};

struct NetNeighbour {
  std::uint32_t link = 0;
  IpAddress address;
  std::uint32_t state = 0; // linux/neighbour.h: NUD_REACHABLE 0x2, NUD_STALE 0x4, NUD_FAILED 0x20
  std::string mac;
};

// Which parts the files of /proc/PID/net gave of a namespace that could not be entered
// (network/proc_net_config.h). What is false was not seen. Where all of a part was, it can be told from it
// what is not there: no default route in any table, no interface but these.
struct NetFiles {
  bool links = false;      // their names; `flags` holds IFF_UP of all, for none was seen to be down
  bool routes4 = false;    // of every table: prefix and type; link and via of the main table alone
  bool routes6 = false;    // of every table; its number is 0 where it was not told
  bool addresses4 = false; // lengths and links (0: none) as the routes have them
  bool addresses6 = false;
};

struct NetConfig {
  std::uint64_t inode = 0; // of the namespace; 0: not seen
  std::int64_t tid = 0;    // a thread that lives in it
  int error = 0;           // the first errno that was met: what follows may be a part; 0: it is all
  std::vector<NetLink> links;
  std::vector<NetAddress> addresses;
  std::vector<NetRoute> routes; // of all tables and both families
  std::vector<NetRule> rules;
  std::vector<NetNeighbour> neighbours;
  std::map<std::string, tl::expected<std::string, int>> sysctls; // "ipv4/ip_forward" to "0", or an errno
  std::optional<NetFiles> files; // made of files alone: rules, neighbours and kinds were not looked at
};

Parsed<std::vector<NetConfig>> parse_net_config(std::string_view text);

} // namespace sbx
