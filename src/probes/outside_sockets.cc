#include "probes/outside_sockets.h"

#include "core/escape.h"

#include <fmt/core.h>
#include <set>

namespace sbx {

namespace {

constexpr int datagram = 2; // SOCK_DGRAM, socket(2)

std::string family_of(const HeldSocket& it) {
  if (!it.domain)
    return "socket";
  switch (*it.domain) { // bits/socket.h
  case 1:
    return "unix";
  case 2:
  case 10:
    return it.protocol && *it.protocol == 6 ? "tcp" : it.protocol && *it.protocol == 17 ? "udp" : "ip";
  case 16:
    return "netlink";
  case 17:
    return "packet";
  case 40:
    return "vsock";
  default:
    return fmt::format("family {}", *it.domain);
  }
}

std::string end_words(const SocketAnswer<SocketEnd>& end) {
  if (!end)
    return "";
  if (end->address)
    return fmt::format("{} port {}", ip_text(*end->address), end->port);
  return end->path.empty() ? "" : (end->abstract ? "@" : "") + escaped(end->path, 120);
}

std::string words_of(const HeldSocket& it) {
  std::string words = fmt::format("descriptor {}: {}", it.number, family_of(it));
  if (const std::string local = end_words(it.local); !local.empty())
    words += " " + local;
  if (const std::string peer = end_words(it.peer); !peer.empty())
    words += " to " + peer;
  return it.listening && *it.listening ? words + ", listening" : words;
}

bool leads_to_one_peer(const HeldSocket& it) {
  return it.is_unix() && it.peer && it.type && *it.type != datagram;
}

} // namespace

OutsideSockets outside_sockets(Witness& witness) {
  OutsideSockets outside;
  witness.held_sockets().match(
      [&](const Seen<HeldSockets>& held) {
        std::set<std::uint64_t> seen;
        std::size_t undecided = 0;
        outside.held = 0;
        for (const SocketTable& table : held.value().tables)
          for (const HeldSocket& it : table.sockets) {
            if (it.inode && !seen.insert(*it.inode).second)
              continue;
            ++*outside.held;
            const auto made = made_outside(held.value(), it);
            undecided += made ? 0 : 1;
            if (made == true && !leads_to_one_peer(it))
              outside.found.push_back({it.number, !it.is_unix(), words_of(it)});
          }
        if (undecided > 0)
          outside.not_seen.push_back(
              fmt::format("in which network namespace {} of its sockets were made", undecided));
      },
      [](const Gap&) {}); // told by leading_sockets(), which reads the same
  return outside;
}

} // namespace sbx
