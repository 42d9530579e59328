// At which addresses and ports does a network namespace take what comes? TCP sockets that listen, UDP sockets
// that are bound and not connected; sock_diag(7).
#pragma once

#include "core/ip_address.h"
#include "kernel/netlink.h"

#include <compare>
#include <cstdint>
#include <set>

namespace sbx {

struct ListeningSocket {
  bool udp = false;
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const ListeningSocket&) const = default;
};

struct ListeningSockets {
  std::set<ListeningSocket> sockets; // at most `most`
  int error = 0;                     // 0: these are all; EFBIG: there are more
};

// `diag`: a socket of NETLINK_SOCK_DIAG.
ListeningSockets listening_sockets(Netlink& diag, std::size_t most);

} // namespace sbx
