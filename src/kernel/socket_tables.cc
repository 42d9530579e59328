#include "kernel/socket_tables.h"

#include "core/escape.h"
#include "kernel/netlink.h"
#include "kernel/path_children.h"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <iterator>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t most_listed = 4096;   // of a table of internet sockets
constexpr std::size_t most_bytes = 8 << 20; // of the names of unix sockets
constexpr std::uint32_t every_state = 0xffffffff;

// What one table says; begun again where the dump is.
struct Table {
  std::size_t listening = 0, connected = 0, bound = 0, unbound = 0, ending = 0, messages = 0;
  std::size_t listed = 0;
  std::string lines;
};

bool in_time(Table& table, clock::time_point until) {
  constexpr std::size_t some = 256;
  return ++table.messages % some != 0 || clock::now() < until;
}

void take_inet(Table& table, const inet_diag_msg& it, bool tcp) {
  const bool connected = it.idiag_state == TCP_ESTABLISHED, listening = it.idiag_state == TCP_LISTEN;
  ++(connected ? table.connected : listening ? table.listening : tcp ? table.ending : table.bound);
  const std::string source = raw_bytes(it.id.idiag_src);
  const auto address = ip_of_bytes(std::string_view(source).substr(0, it.idiag_family == AF_INET6 ? 16 : 4));
  if (connected || (tcp && !listening) || !address || table.listed == most_listed)
    return;
  ++table.listed;
  fmt::format_to(std::back_inserter(table.lines), "socket {} {} uid={} inode={}\n", ip_text(*address),
                 ntohs(it.id.idiag_sport), it.idiag_uid, it.idiag_inode);
}

// As /proc/net/unix writes it: an abstract name, which begins with a NUL, has '@' for each NUL.
std::string unix_name(std::string_view path) {
  if (!path.starts_with('\0'))
    return std::string(path.substr(0, path.find('\0')));
  std::string name(path);
  std::replace(name.begin(), name.end(), '\0', '@');
  return name;
}

bool take_unix(Table& table, const nlmsghdr& message, const unix_diag_msg& it) {
  const bool connected = it.udiag_state == TCP_ESTABLISHED, listening = it.udiag_state == TCP_LISTEN;
  const bool attributes = netlink_payload(message).size() > sizeof it;
  const std::string name =
      attributes ? unix_name(NetlinkAttributes(message, sizeof it).bytes(UNIX_DIAG_NAME)) : std::string();
  ++(listening ? table.listening : connected ? table.connected : name.empty() ? table.unbound : table.bound);
  // What was accepted has the name of what it was accepted from.
  if (!name.empty() && !connected)
    fmt::format_to(std::back_inserter(table.lines), "name {} {}\n", listening ? "listening" : "bound",
                   escaped_word(name));
  return table.lines.size() < most_bytes;
}

void tell(int out, const char* name, const NetlinkRequest& request, clock::time_point until,
          const std::function<bool(Table&, const nlmsghdr&)>& take) {
  auto diag = Netlink::open(NETLINK_SOCK_DIAG);
  if (!diag)
    return;
  Table table;
  const int error = diag->dump(
      request, [&] { table = {}; },
      [&](const nlmsghdr& message) { return in_time(table, until) && take(table, message); });
  if (error != 0 && error != EFBIG)
    return;
  say(out, fmt::format("table {} {} listening={} connected={} bound={} unbound={} ending={}\n", name,
                       error == 0 ? "all" : "cut", table.listening, table.connected, table.bound,
                       table.unbound, table.ending) +
               table.lines);
}

void tell_inet(int out, const char* name, std::uint8_t family, std::uint8_t protocol,
               clock::time_point until) {
  inet_diag_req_v2 wanted{};
  wanted.sdiag_family = family;
  wanted.sdiag_protocol = protocol;
  wanted.idiag_states = every_state;
  tell(out, name, {SOCK_DIAG_BY_FAMILY, raw_bytes(wanted), {}}, until,
       [&](Table& table, const nlmsghdr& message) {
         const auto got = netlink_header<inet_diag_msg>(message);
         if (got && got->idiag_family == family)
           take_inet(table, *got, protocol == IPPROTO_TCP);
         return true;
       });
}

void tell_unix(int out, clock::time_point until) {
  unix_diag_req wanted{};
  wanted.sdiag_family = AF_UNIX;
  wanted.udiag_states = every_state;
  wanted.udiag_show = UDIAG_SHOW_NAME;
  tell(out, "unix", {SOCK_DIAG_BY_FAMILY, raw_bytes(wanted), {}}, until,
       [](Table& table, const nlmsghdr& message) {
         const auto got = netlink_header<unix_diag_msg>(message);
         return !got || take_unix(table, message, *got);
       });
}

} // namespace

void tell_socket_tables(int out, clock::time_point until) {
  tell_inet(out, "tcp", AF_INET, IPPROTO_TCP, until);
  tell_inet(out, "tcp6", AF_INET6, IPPROTO_TCP, until);
  tell_unix(out, until);
  tell_inet(out, "udp", AF_INET, IPPROTO_UDP, until);
  tell_inet(out, "udp6", AF_INET6, IPPROTO_UDP, until);
  tell_inet(out, "raw", AF_INET, IPPROTO_RAW, until);
  tell_inet(out, "raw6", AF_INET6, IPPROTO_RAW, until);
}

} // namespace sbx
