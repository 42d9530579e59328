// Who is on the other side of the target's network interfaces? The network namespaces that its veth pairs,
// and the bridges these hang on, lead to. The dialect of target/net/peers, a part for each namespace that was
// reached, the target's own ones left out:
//
//   netns 4026531833 distance=1 ours=1 processes=412 pid=1 comm=systemd cgroup=/init.scope name=-
//   other_end 4026532008 link=2 here=5              of link 2 there the other end is link 5 here; here=-
//   where
//                                                  that link was not found
//   link 5 name=veth0 kind=veth flags=0x1043 master=7 peer=2 peer_netns=4026532008
//   link 7 name=podman1 kind=bridge flags=0x1043 master=- peer=- peer_netns=-
//   address 7 10.89.77.1/24
//   public 4 link=4 via=192.0.2.1                   where it would send to a public address, or !ENETUNREACH
//   public 6 !ENETUNREACH
//   forwards 4 1                                    ip_forward, or !ERRNO
//   forwards 6 0
//   listens tcp 0.0.0.0 22                          sockets that listen (TCP) or are bound (UDP)
//   end ok                                          or the errno that ended it
//   searched 38 end ok                              the last line: how many network namespaces of this
//                                                   machine were looked through for the other ends, and
//                                                   whether that was all of them
//
// distance=1: the other end of an interface of the target lives there; 2: it hangs on the same bridge.
// processes, pid, comm and cgroup: of those that live there, as the inspector sees them; 0 and - where a
// mount alone keeps it. name: of /run/netns. other_end names the namespace that led here: one of the target's
// at distance 1, one of distance 1 at distance 2. peer_netns of a link is the inode of the namespace that its
// other end is in, - where it has none, ? where that was not found.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"
#include "parse/net_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct PeerLink {
  std::uint32_t index = 0;
  std::string name, kind; // raw bytes
  std::uint32_t flags = 0;
  std::optional<std::uint32_t> master, peer;
  std::optional<std::uint64_t> peer_netns; // inode
  bool peer_unseen = false;                // it has another end, and where that is was not found
};

struct PeerEnd {                     // how this namespace was reached
  std::uint64_t from = 0;            // the inode of the namespace that led here
  std::uint32_t link = 0;            // there
  std::optional<std::uint32_t> here; // the other end of it
};

struct PublicRoute {
  std::optional<std::uint32_t> link;
  std::optional<IpAddress> via;
  int error = 0; // errno where there is none
};

struct PeerListen {
  std::string protocol; // "tcp", "udp"
  IpAddress address;
  std::uint16_t port = 0;
};

struct PeerNamespace {
  std::uint64_t inode = 0;
  unsigned distance = 0;
  bool ours = false; // the inspector lives there
  std::size_t processes = 0;
  std::optional<std::int64_t> pid; // of one of them: the lowest
  std::string comm, cgroup, name;  // raw bytes
  std::vector<PeerEnd> ends;
  std::vector<PeerLink> links;
  std::vector<NetAddress> addresses;
  std::optional<PublicRoute> public4, public6;
  std::optional<bool> forwards4, forwards6;
  std::vector<PeerListen> listens;
  int error = 0;
};

struct NetPeers {
  std::vector<PeerNamespace> namespaces;
  std::size_t searched = 0;
  int error = 0; // 0: every network namespace that a process or a mount shows was looked through
};

Parsed<NetPeers> parse_net_peers(std::string_view text);

} // namespace sbx
