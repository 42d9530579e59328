// Which sockets live in the target's network namespace? The dialect of target/net/sockets, which holds what
// sock_diag(7) tells, and in its place files of /proc/PID/net as they are:
//
//   table tcp all listening=1 connected=5 bound=0 unbound=0 ending=2      or cut: there are more than that
//   socket 127.0.0.1 80 uid=0 inode=12          of those that listen or are bound
//   table unix all listening=1 connected=0 bound=0 unbound=4 ending=0
//   name listening @a\x20name                   or bound; escaped
//   file raw all 300           its name, how it ended (all, cut), and how many bytes of it follow
//   ...
//   file raw6 !ENOENT          or what the kernel answered in its place
//   end
//
// In a file names of unix sockets are raw bytes that their owners chose, with newlines if they like. What
// then looks like a line of its own and is none is counted (`unreadable`); one that was forged to look like a
// line is taken for one. So a name may be told that nobody has, but none is hidden. A relative path that
// begins with
// @ cannot be told from an abstract name.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class SocketState {
  listening,
  connected,
  bound,   // UDP without a peer, raw; unix with a name that neither listens nor is connected
  unbound, // unix without a name and a peer
  ending,  // TCP that is no longer, or not yet, connected
};

struct SocketFile {
  std::string name;           // "tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet", "unix", "netlink"
  int error = 0;              // errno; 0: it was read
  bool cut = false;           // over our bounds: what follows was not read
  std::size_t unreadable = 0; // lines that are none of the kernel's
  std::size_t listening = 0, connected = 0, bound = 0, unbound = 0, ending = 0; // packet, netlink: all bound
  std::size_t sockets() const { return listening + connected + bound + unbound + ending; }
  bool whole() const { return error == 0 && !cut && unreadable == 0; }
};

struct InetSocket {          // that listens (TCP), or is bound (UDP, raw)
  std::string_view protocol; // as SocketFile::name
  IpAddress address;
  std::uint16_t port = 0; // raw: the protocol number
  std::uint32_t uid = 0;  // as the inspector's user namespace numbers it
  std::uint64_t inode = 0;
};

struct UnixSocket { // that has a name and listens, or takes datagrams; each name once
  std::string name; // raw bytes; an abstract one begins with '@', as do NULs in it
  bool listening = false;
  bool abstract() const { return name.starts_with('@'); }
};

struct NetSockets {
  std::vector<SocketFile> files;
  std::vector<InetSocket> inet; // the first 4,096
  std::size_t inet_left_out = 0;
  std::vector<UnixSocket> unix_names;
  const SocketFile* file(std::string_view name) const;
  bool whole() const; // every socket of every file is counted
};

Parsed<NetSockets> parse_net_sockets(std::string_view text);

} // namespace sbx
