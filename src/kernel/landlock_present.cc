#include "kernel/landlock_present.h"

#include "kernel/fd.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fmt/core.h>
#include <netinet/in.h>
#include <optional>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx {

namespace {

std::string word(int error) { return error == 0 ? "ok" : errno_name(error); }

void say(int out, std::string_view right, std::string_view object, int ordinary, int came) {
  const std::string line = fmt::format("present {} {} {} {}\n", right, object, word(ordinary), word(came));
  [[maybe_unused]] const ssize_t written = write(out, line.data(), line.size());
}

sockaddr_in loopback() { // port 0, on which nobody can listen
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bound(int fd) {
  const sockaddr_in address = loopback();
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

int connected(int fd) {
  const sockaddr_in address = loopback();
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

Fd open_socket(int type) { return Fd(socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// The real and the saved user id of a process, as its /proc/PID/status prints them in our user namespace.
std::optional<std::pair<uid_t, uid_t>> uids_of(pid_t pid) {
  const Reading status = read_host_file(fmt::format("/proc/{}/status", pid));
  const std::size_t at = status ? status->find("\nUid:\t") : std::string::npos;
  if (at == std::string::npos)
    return std::nullopt;
  uid_t uids[3] = {};
  const char* begin = status->data() + at + 6;
  const char* const end = status->data() + status->size();
  for (uid_t& uid : uids) {
    const auto [stopped, problem] = std::from_chars(begin, end, uid);
    if (problem != std::errc{} || stopped == end)
      return std::nullopt;
    begin = stopped + 1;
  }
  return std::pair(uids[0], uids[2]);
}

// Whether every user has a number of its own in our user namespace: else many are shown as one.
bool uids_are_told_apart() {
  const Reading map = read_host_file("/proc/self/uid_map");
  std::string words;
  for (const char c : map.value_or(""))
    if (c != ' ' || (!words.empty() && words.back() != ' '))
      words += c;
  return words == "0 0 4294967295\n";
}

uid_t overflow_uid() {
  const Reading text = read_host_file("/proc/sys/kernel/overflowuid");
  uid_t uid = 65534; // DEFAULT_OVERFLOWUID
  if (text)
    std::from_chars(text->data(), text->data() + text->size(), uid);
  return uid;
}

// kill(2): our real or effective user id is the real or saved one of the other.
int signal_permission(const std::pair<uid_t, uid_t>& other) {
  const bool apart = uids_are_told_apart();
  const uid_t nobody = overflow_uid();
  const auto same = [&](uid_t ours, uid_t theirs) { return ours == theirs && (apart || ours != nobody); };
  for (const uid_t ours : {getuid(), geteuid()})
    if (same(ours, other.first) || same(ours, other.second))
      return 0;
  return EPERM;
}

} // namespace

bool present_can_be_tried() { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0; }

// Ordinarily everybody may bind to port 0 of loopback. connect(2) answers EACCES of its own where routing
// prohibits the address, which it then does for both protocols.
void try_present_network(int out, int abi) {
  const Fd tcp_bound = open_socket(SOCK_STREAM), tcp = open_socket(SOCK_STREAM),
           udp = open_socket(SOCK_DGRAM);
  if (!tcp_bound || !tcp || !udp)
    return;
  say(out, "bind_tcp", "127.0.0.1:0", 0, bound(tcp_bound.get()));
  const int udp_bound = bound(udp.get()), udp_came = connected(udp.get());
  const int tcp_came = connected(tcp.get());
  const auto refused_by_route = [](int came) { return came == EACCES ? EACCES : 0; };
  say(out, "connect_tcp", "127.0.0.1:0", refused_by_route(udp_came), tcp_came);
  if (abi < 10)
    return;
  say(out, "bind_udp", "127.0.0.1:0", 0, udp_bound);
  if (udp_bound == 0) // else the kernel would have to bind it on the way, which may be what is refused
    say(out, "connect_send_udp", "127.0.0.1:0", refused_by_route(tcp_came), udp_came);
}

// The parent is the same process before and after, and of the same user: its number was not used again, and
// what ordinary permission says did not change in between.
std::string present_signal() {
  const pid_t parent = getppid();
  const auto before = parent > 1 ? uids_of(parent) : std::nullopt;
  if (!before)
    return {};
  const int came = kill(parent, 0) == 0 ? 0 : errno;
  if (getppid() != parent || uids_of(parent) != before)
    return {};
  return fmt::format("present signal parent {} {}\n", word(signal_permission(*before)), word(came));
}

} // namespace sbx
