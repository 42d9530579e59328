// What are the sockets that the target holds, where were they made, and who is at the other end? The dialect
// of target/net/held_sockets:
//
//   netns 4026532008 cookie=12 tid=4242      a network namespace that a thread lives in, by its inode; the
//                                            cookie that the kernel gives it (SO_NETNS_COOKIE, 5.14)
//   netns !EACCES cookie=!EACCES tid=4243    or why that was not seen
//   table 4242                               a table of descriptors, by a thread that uses it
//   socket 3 inode=77 domain=2 type=1 protocol=6 listening=0 cookie=1 netns=4026531833
//   local=10.0.0.1/80 peer=10.0.0.9/4711     (one line)
//   socket 4 inode=78 ... local=:/run/a\x20b peer=@\x00name peer_pid=812 peer_uid=0 peer_comm=:dockerd
//   peer_net=4026531833 peer_mnt=4026531832
//   gone 5                                   was closed, or is no socket any more
//   refused 6 !EPERM                         could not be looked at
//   listed all                               all, moving, cut (over 2,048 sockets), or !ERRNO: not listed
//   threads 4242 4243,4244                   those that share the table of 4242
//   tables !EPERM                            only where tables of other threads were not looked for
//   end settled                              or moving, or !ERRNO: stopped here
//
// Every value but the number may be !ERRNO. local and peer: an address and a port; `:` and a path, or `@` and
// an abstract name, escaped; - where there is none, or of a family that is not told here. peer_*: of unix
// sockets alone, of who connected, listened or made the pair (SO_PEERCRED, unix(7)), who may be gone since;
// peer_pid=0: nobody, or nobody that our PID namespace shows. netns: by SIOCGSKNS.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sbx {

template <class T> using SocketAnswer = tl::expected<T, int>; // or an errno

struct SocketEnd {
  std::optional<IpAddress> address; // of IPv4 and IPv6
  std::uint16_t port = 0;
  std::string path;      // unix: raw bytes; empty: it has no name
  bool abstract = false; // then `path` is without its leading NUL
};

struct SocketPeer {
  std::int64_t pid = 0;
  std::uint32_t uid = 0;
  SocketAnswer<std::string> comm;       // raw bytes, of who has that pid now
  SocketAnswer<std::uint64_t> net, mnt; // inodes of its namespaces, likewise
};

struct HeldSocket {
  int number = 0;
  SocketAnswer<std::uint64_t> inode, cookie, netns;
  SocketAnswer<int> domain, type, protocol; // socket(2)
  SocketAnswer<bool> listening;
  SocketAnswer<SocketEnd> local, peer;                  // peer: ENOTCONN where it is not connected
  std::optional<SocketAnswer<SocketPeer>> peer_process; // of a unix socket
  bool is_unix() const { return domain && *domain == 1; }
  bool is_inet() const { return domain && (*domain == 2 || *domain == 10); }
};

struct SocketTable {
  enum class Listed { all, moving, cut, refused };
  std::vector<std::int64_t> tids;
  Listed listed = Listed::cut;
  int error = 0;
  std::vector<HeldSocket> sockets;
  std::vector<std::pair<int, int>> unseen; // descriptor and errno
};

struct HeldNetns {
  std::int64_t tid = 0; // a thread that lives in it
  SocketAnswer<std::uint64_t> inode, cookie;
};

struct HeldSockets {
  std::vector<HeldNetns> namespaces;
  std::vector<SocketTable> tables;     // none: every thread has exited
  int tables_refused = 0, stopped = 0; // errnos
  bool settled = false;
  bool whole() const; // every socket of every thread is in here
};

// Was it made in none of the namespaces that the target lives in? Nothing where that cannot be told.
std::optional<bool> made_outside(const HeldSockets& all, const HeldSocket& socket);

Parsed<HeldSockets> parse_held_sockets(std::string_view text);

} // namespace sbx
