// What is seen of a network namespace that is on the other side: its links, addresses, where it sends to,
// what listens there? In the dialect of parse/net_peers.h.
#pragma once

#include "kernel/machine_net_namespaces.h"
#include "kernel/rtnetlink.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx {

// By which link a namespace was reached.
struct PeerEndWords {
  std::uint64_t from = 0; // inode of the namespace that led there
  std::uint32_t link = 0; // in it
  std::optional<std::uint32_t> here;
};

// Sockets of one network namespace, which go on to ask it wherever the thread that holds them goes.
struct NetRoom {
  std::optional<Netlink> rtnetlink, diag;
  std::string forwards4, forwards6; // of sysctl: 0, 1 or !ERRNO
  std::vector<RtLink> links;
  int error = 0; // the first that was met

  void look();                        // at its links
  std::set<std::int32_t> ids() const; // by which its links name other namespaces
  // The id by which it names the namespace behind that descriptor of nsfs, if by any (RTM_GETNSID).
  std::optional<std::int32_t> id_of(int netns);
  // The lines of all but heading and end. `inodes` of the namespaces that ids stand for; `inode`: its own.
  std::string tell(const std::map<std::int32_t, std::uint64_t>& inodes, std::uint64_t inode);

private:
  void met(int problem);
  std::string addresses();
  std::string public_route(const char* family, const char* address);
  std::string listens();
};

NetRoom open_room(); // of the namespace that the thread lives in now

// "netns 4026531833 distance=1 ours=1 ..."; `proc` is /proc.
std::string peer_heading(int proc, const MachineNetNamespace& at, unsigned distance, bool ours);
std::string end_word(int error); // ok, or !ERRNO

} // namespace sbx
