#include "kernel/held_socket.h"

#include "kernel/fd.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx {

namespace {

#ifndef SO_NETNS_COOKIE
constexpr int SO_NETNS_COOKIE = 71; // asm-generic/socket.h, 5.14
#endif

template <class T> std::string option_word(int socket, int option) {
  T value{};
  socklen_t length = sizeof value;
  return getsockopt(socket, SOL_SOCKET, option, &value, &length) == 0 ? std::to_string(value)
                                                                      : refusal_word(errno);
}

std::string netns_word(int socket) {
  const Fd ns(ioctl(socket, SIOCGSKNS));
  struct stat status {};
  return ns && fstat(ns.get(), &status) == 0 ? std::to_string(status.st_ino) : refusal_word(errno);
}

std::string inet_word(int family, const void* address, std::uint16_t port) {
  char text[INET6_ADDRSTRLEN] = {};
  return inet_ntop(family, address, text, sizeof text) ? fmt::format("{}/{}", text, ntohs(port)) : "-";
}

std::string end_word(int socket, int (*ask)(int, sockaddr*, socklen_t*)) {
  union {
    sockaddr any;
    sockaddr_in in;
    sockaddr_in6 in6;
    sockaddr_un un;
    sockaddr_storage all;
  } address{};
  socklen_t length = sizeof address;
  if (ask(socket, &address.any, &length) != 0)
    return refusal_word(errno);
  if (address.any.sa_family == AF_INET && length >= sizeof address.in)
    return inet_word(AF_INET, &address.in.sin_addr, address.in.sin_port);
  if (address.any.sa_family == AF_INET6 && length >= sizeof address.in6)
    return inet_word(AF_INET6, &address.in6.sin6_addr, address.in6.sin6_port);
  constexpr std::size_t before = offsetof(sockaddr_un, sun_path);
  if (address.any.sa_family != AF_UNIX || length <= before)
    return "-";
  const std::size_t most = std::min<std::size_t>(length - before, sizeof address.un.sun_path);
  const std::string_view name(address.un.sun_path, most); // not always ended by a NUL
  if (name[0] == '\0')
    return "@" + escaped_word(name.substr(1));
  return ":" + escaped_word(name.substr(0, name.find('\0')));
}

} // namespace

tl::expected<unsigned long long, int> ns_inode(int dir, const std::string& path, const char* kind) {
  const auto links = open_beneath(dir, path, O_PATH | O_DIRECTORY);
  if (!links)
    return tl::unexpected<int>(links.error());
  char link[64];
  const ssize_t length = readlinkat(links->get(), kind, link, sizeof link);
  if (length < 0)
    return tl::unexpected<int>(errno);
  const std::string_view text(link, static_cast<std::size_t>(length));
  const std::size_t begin = std::min(text.find('['), text.size() - 1) + 1;
  unsigned long long inode = 0;
  const auto [end, problem] = std::from_chars(text.data() + begin, text.data() + text.size(), inode);
  if (problem != std::errc{} || end + 1 != text.data() + text.size())
    return tl::unexpected<int>(EBADMSG);
  return inode;
}

const std::string& PeerWords::of(pid_t pid) {
  const auto [known, added] = known_.try_emplace(pid);
  if (added) {
    Reading comm = read_beneath(proc_, fmt::format("{}/comm", pid));
    if (comm && comm->ends_with('\n'))
      comm->pop_back();
    const auto inode = [&](const char* kind) {
      const auto found = ns_inode(proc_, fmt::format("{}/ns", pid), kind);
      return found ? std::to_string(*found) : refusal_word(found.error());
    };
    known->second = fmt::format("peer_comm={} peer_net={} peer_mnt={}",
                                comm ? ":" + escaped_word(*comm) : refusal_word(comm.error().error),
                                inode("net"), inode("mnt"));
  }
  return known->second;
}

std::string cookie_word(int socket) { return option_word<std::uint64_t>(socket, SO_NETNS_COOKIE); }

std::string socket_words(int socket, PeerWords& peers) {
  struct stat status {};
  const std::string inode = fstat(socket, &status) == 0 ? std::to_string(status.st_ino) : refusal_word(errno);
  const std::string domain = option_word<int>(socket, SO_DOMAIN);
  std::string words =
      fmt::format("inode={} domain={} type={} protocol={} listening={} cookie={} netns={} local={} peer={}",
                  inode, domain, option_word<int>(socket, SO_TYPE), option_word<int>(socket, SO_PROTOCOL),
                  option_word<int>(socket, SO_ACCEPTCONN), cookie_word(socket), netns_word(socket),
                  end_word(socket, getsockname), end_word(socket, getpeername));
  if (domain != std::to_string(AF_UNIX))
    return words;
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return words + " peer_pid=" + refusal_word(errno);
  return words + fmt::format(" peer_pid={} peer_uid={} {}", peer.pid, peer.uid, peers.of(peer.pid));
}

} // namespace sbx
