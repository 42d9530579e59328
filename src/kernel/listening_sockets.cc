#include "kernel/listening_sockets.h"

#include <arpa/inet.h>
#include <cerrno>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace sbx {

namespace {

int dump(Netlink& diag, std::uint8_t family, bool udp, std::size_t most, std::set<ListeningSocket>& into) {
  inet_diag_req_v2 wanted{};
  wanted.sdiag_family = family;
  wanted.sdiag_protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
  wanted.idiag_states = 1U << (udp ? TCP_CLOSE : TCP_LISTEN); // a bound UDP socket is a "closed" one
  const std::set<ListeningSocket> before = into;
  return diag.dump(
      {SOCK_DIAG_BY_FAMILY, raw_bytes(wanted), {}}, [&] { into = before; },
      [&](const nlmsghdr& message) {
        const auto got = netlink_header<inet_diag_msg>(message);
        if (!got || got->idiag_family != family)
          return true;
        const std::string source = raw_bytes(got->id.idiag_src);
        const auto address = ip_of_bytes(std::string_view(source).substr(0, family == AF_INET6 ? 16 : 4));
        if (address && got->id.idiag_sport != 0)
          into.insert({udp, *address, ntohs(got->id.idiag_sport)});
        if (into.size() <= most)
          return true;
        into.erase(std::prev(into.end()));
        return false;
      });
}

} // namespace

ListeningSockets listening_sockets(Netlink& diag, std::size_t most) {
  ListeningSockets found;
  for (const bool udp : {false, true})
    for (const std::uint8_t family : {std::uint8_t(AF_INET), std::uint8_t(AF_INET6)})
      if (const int error = dump(diag, family, udp, most, found.sockets); error != 0 && found.error == 0)
        found.error = error;
  return found;
}

} // namespace sbx
