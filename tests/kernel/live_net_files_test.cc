#include "kernel/live_net_files.h"

#include "held_process.h"
#include "parse/fib_trie.h"
#include "parse/if_inet6.h"
#include "parse/ipv6_route.h"
#include "parse/net_dev.h"
#include "parse/net_route.h"
#include "parse/net_sockets.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>

using namespace sbx;

namespace {

// Without root no network namespace may be made, and there is nothing to test here; with it there is.
bool may_unshare() {
  if (geteuid() != 0)
    WARN("no network namespace could be made: this needs root");
  const pid_t child = fork();
  if (child == 0)
    _exit(unshare(CLONE_NEWNET) == 0 ? 0 : 1);
  int status = 0;
  const bool made = waitpid(child, &status, 0) == child && status == 0;
  REQUIRE((made || geteuid() != 0));
  return made;
}

void listen_on(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0 || listen(fd, 1) != 0)
    _exit(1);
}

template <class Parse> auto of(const Held& held, const char* name, Parse&& parse) {
  const auto target = ProcTarget::open(held.pid());
  REQUIRE(target);
  const Reading text = read_net_file(*target, name);
  REQUIRE(text);
  INFO(*text);
  auto parsed = parse(std::string_view(*text));
  REQUIRE(parsed);
  return *parsed;
}

NetSockets sockets_of(const Held& held, Reading (*read)(const ProcTarget&) = read_net_sockets) {
  const auto target = ProcTarget::open(held.pid());
  REQUIRE(target);
  const Reading text = read(*target);
  REQUIRE(text);
  auto parsed = parse_net_sockets(*text);
  REQUIRE(parsed);
  return *parsed;
}

bool has_name(const NetSockets& sockets, std::string_view name) {
  return std::any_of(sockets.unix_names.begin(), sockets.unix_names.end(),
                     [&](const UnixSocket& it) { return it.name == name; });
}

} // namespace

TEST_CASE("live net files: what this kernel prints of our own namespace is understood") {
  const Held held([] {});
  const auto links = of(held, "dev", parse_net_dev);
  CHECK(std::find(links.begin(), links.end(), "lo") != links.end());
  of(held, "route", parse_net_route);
  of(held, "fib_trie", parse_fib_trie);
  of(held, "ipv6_route", parse_ipv6_route);
  of(held, "if_inet6", parse_if_inet6);
}

TEST_CASE("live net files: a new namespace has one interface and no route, whoever asks") {
  if (!may_unshare())
    return;
  const Held held([] {
    if (unshare(CLONE_NEWNET) != 0)
      _exit(1);
  });
  CHECK(of(held, "dev", parse_net_dev) == std::vector<std::string>{"lo"});
  CHECK(of(held, "fib_trie", parse_fib_trie).empty());
  CHECK(of(held, "route", parse_net_route).empty());
  CHECK(of(held, "if_inet6", parse_if_inet6).empty());
  for (const Ipv6Route& route : of(held, "ipv6_route", parse_ipv6_route))
    CHECK(route.rejects());
}

TEST_CASE("live net files: a main thread that has exited does not hide its namespace") {
  if (!may_unshare())
    return;
  const Held held([] {
    int ready = -1; // the thread answers for the process once the main thread is gone
    for (int fd = 0; fd < 256 && ready < 0; ++fd)
      if (fcntl(fd, F_GETFL) >= 0)
        ready = fd;
    if (unshare(CLONE_NEWNET) != 0)
      _exit(1);
    std::thread([ready] {
      timespec moment{0, 20'000'000};
      nanosleep(&moment, nullptr);
      [[maybe_unused]] const ssize_t said = write(ready, "x", 1);
      while (true)
        pause();
    }).detach();
    syscall(SYS_exit, 0);
  });
  CHECK(of(held, "dev", parse_net_dev) == std::vector<std::string>{"lo"});
}

TEST_CASE("live net files: a file that the kernel does not have is refused, not empty") {
  const auto target = ProcTarget::self();
  REQUIRE(target);
  CHECK(read_net_file(*target, "no_such_file").error().error == ENOENT);
  CHECK(read_net_file(*target, "stat").error().error == EBADMSG); // a directory
}

TEST_CASE("live net files: the sockets of another namespace, by protocol and state") {
  if (!may_unshare())
    return;
  const Held held([] {
    if (unshare(CLONE_NEWNET) != 0)
      _exit(1);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(4711);
    const int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(tcp, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 || listen(tcp, 1) != 0 ||
        bind(udp, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
        socket(AF_PACKET, SOCK_RAW, 0) < 0)
      _exit(1);
    listen_on(std::string("\0sbx-attest abstract", 20));
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
      _exit(1);
  });
  const auto read = GENERATE(read_net_sockets, read_net_socket_files);
  const NetSockets found = sockets_of(held, read);
  CHECK(found.file("tcp")->listening == 1);
  CHECK(found.file("udp")->bound == 1);
  CHECK(found.file("unix")->listening == 1);
  CHECK(found.file("unix")->connected == 2);
  CHECK(found.file("packet")->bound == 1);
  REQUIRE(found.inet.size() == 2);
  CHECK(found.inet[0].port == 4711);
  CHECK(found.inet[0].inode > 0);
  CHECK(has_name(found, "@sbx-attest abstract"));
  CHECK(found.whole());
}

TEST_CASE("live net files: names with newlines forge no framing, and hide nobody") {
  if (!may_unshare())
    return;
  const Held held([] {
    if (unshare(CLONE_NEWNET) != 0)
      _exit(1);
    listen_on(std::string("\0a\nend\nfile udp all 0\n", 22));
    listen_on(std::string("\0honest", 7));
  });
  const NetSockets exact = sockets_of(held), files = sockets_of(held, read_net_socket_files);
  for (const NetSockets* found : {&exact, &files}) {
    CHECK(has_name(*found, "@honest"));
    CHECK(found->file("unix")->listening == 2);
    CHECK(found->file("udp") != nullptr);
  }
  CHECK(has_name(exact, "@a\nend\nfile udp all 0\n")); // sock_diag tells lengths
  CHECK(exact.whole());
  CHECK(files.file("unix")->unreadable > 0);
  CHECK_FALSE(files.whole());
}
