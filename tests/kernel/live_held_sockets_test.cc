#include "kernel/live_held_sockets.h"

#include "held_process.h"
#include "kernel/child.h"
#include "parse/held_sockets.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>

using namespace sbx;

namespace {

HeldSockets of(pid_t pid) {
  const auto target = ProcTarget::open(pid);
  REQUIRE(target);
  const Reading text = read_held_sockets(*target);
  REQUIRE(text);
  INFO(*text);
  auto parsed = parse_held_sockets(*text);
  REQUIRE(parsed);
  return *parsed;
}

const HeldSocket* find(const HeldSockets& all, int number) {
  for (const SocketTable& table : all.tables)
    for (const HeldSocket& it : table.sockets)
      if (it.number == number)
        return &it;
  return nullptr;
}

const HeldSocket& numbered(const HeldSockets& all, int number) {
  const HeldSocket* found = find(all, number);
  REQUIRE(found != nullptr);
  return *found;
}

bool may_unshare() {
  const pid_t child = fork();
  if (child == 0)
    _exit(unshare(CLONE_NEWNET) == 0 ? 0 : 1);
  int status = 0;
  return waitpid(child, &status, 0) == child && status == 0;
}

#define SBX_NEEDS_NETNS REQUIRE(may_unshare()); // as root

void leave_network() {
  if (unshare(CLONE_NEWNET) != 0)
    _exit(1);
}

// On loopback, at a port that the kernel chooses.
int listening() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 8) != 0)
    _exit(1);
  return fd;
}

int connected_to(int listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0 ||
      connect(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0)
    _exit(1);
  return fd;
}

} // namespace

TEST_CASE("live held sockets: kind, state and ends of each socket") {
  const Held held([] {
    at(100, listening());
    at(101, connected_to(100));
    at(102, socket(AF_INET6, SOCK_DGRAM, 0));
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
      _exit(1);
    at(103, pair[0]);
    at(104, open("/dev/null", O_RDONLY));
  });
  const HeldSockets all = of(held.pid());
  CHECK(all.whole());
  REQUIRE(all.tables.size() == 1);
  const HeldSocket& listener = numbered(all, 100);
  CHECK(listener.domain == AF_INET);
  CHECK(listener.type == SOCK_STREAM);
  CHECK(listener.protocol == IPPROTO_TCP);
  CHECK(listener.listening == true);
  CHECK(ip_text(*listener.local->address) == "127.0.0.1");
  CHECK(listener.peer.error() == ENOTCONN);
  const HeldSocket& client = numbered(all, 101);
  CHECK(client.listening == false);
  CHECK(client.peer->port == listener.local->port);
  CHECK(numbered(all, 102).domain == AF_INET6);
  REQUIRE(numbered(all, 102).local->address);
  CHECK(numbered(all, 102).local->address->v6);
  const HeldSocket& half = numbered(all, 103);
  CHECK(half.is_unix());
  CHECK(half.type == SOCK_SEQPACKET);
  REQUIRE(half.peer_process);
  CHECK((*half.peer_process)->pid == held.pid()); // who made the pair
  CHECK(find(all, 104) == nullptr);
}

TEST_CASE("live held sockets: what was made before the namespace was left is from outside, what came later "
          "is not") {
  SBX_NEEDS_NETNS
  const Held held([] {
    at(100, listening());
    at(101, connected_to(100));
    at(102, socket(AF_UNIX, SOCK_DGRAM, 0));
    leave_network();
    at(110, socket(AF_INET, SOCK_STREAM, 0));
    at(111, socket(AF_UNIX, SOCK_STREAM, 0));
  });
  const HeldSockets all = of(held.pid());
  CHECK(all.whole());
  REQUIRE(all.namespaces.size() == 1);
  CHECK(all.namespaces[0].inode);
  for (const int outside : {100, 101, 102})
    CHECK(made_outside(all, numbered(all, outside)) == true);
  for (const int inside : {110, 111})
    CHECK(made_outside(all, numbered(all, inside)) == false);
  if (numbered(all, 100).cookie) { // 5.14
    CHECK(all.namespaces[0].cookie == numbered(all, 110).cookie);
    CHECK(numbered(all, 100).cookie != numbered(all, 110).cookie);
  }
}

TEST_CASE("live held sockets: in the inspector's own namespace nothing has to be joined") {
  const Held held([] { at(100, listening()); });
  const HeldSockets all = of(held.pid());
  REQUIRE(all.namespaces.size() == 1);
  CHECK(made_outside(all, numbered(all, 100)) == false);
  CHECK(all.namespaces[0].cookie == numbered(all, 100).cookie);
}

TEST_CASE("live held sockets: a thread with a table of its own, in a namespace of its own") {
  SBX_NEEDS_NETNS
  const Held held([] {
    at(100, socket(AF_INET, SOCK_STREAM, 0));
    int ready[2];
    if (pipe(ready) != 0)
      _exit(1);
    std::thread([&] {
      if (unshare(CLONE_FILES | CLONE_NEWNET) != 0)
        _exit(1);
      at(200, socket(AF_INET, SOCK_STREAM, 0));
      [[maybe_unused]] const ssize_t said = write(ready[1], "x", 1);
      while (true)
        pause();
    }).detach();
    char got = 0;
    [[maybe_unused]] const ssize_t length = read(ready[0], &got, 1);
  });
  const HeldSockets all = of(held.pid());
  CHECK(all.namespaces.size() == 2);
  REQUIRE(all.tables.size() == 2);
  const HeldSocket* of_thread = find(all, 200);
  if (!of_thread) { // before 6.9 no other table can be reached, and that is said
    CHECK_FALSE(all.whole());
    return;
  }
  CHECK(made_outside(all, *of_thread) == false);
  CHECK(made_outside(all, numbered(all, 100)) == false);
}

TEST_CASE("live held sockets: a main thread that has exited does not hide what the others hold") {
  const Held held([] {
    at(100, socket(AF_INET, SOCK_STREAM, 0));
    int ready = -1;
    for (int fd = 0; fd < 256 && ready < 0; ++fd)
      if (fcntl(fd, F_GETFL) >= 0 && fd != 100)
        ready = fd;
    std::thread([ready] {
      timespec moment{0, 20'000'000};
      nanosleep(&moment, nullptr);
      [[maybe_unused]] const ssize_t said = write(ready, "x", 1);
      while (true)
        pause();
    }).detach();
    syscall(SYS_exit, 0);
  });
  const HeldSockets all = of(held.pid());
  CHECK((find(all, 100) != nullptr || !all.whole()));
}

TEST_CASE("live held sockets: names of unix sockets come through as they are") {
  const Held held([] {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name("\0a b\n!\0\xff", 8);
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0 || listen(fd, 1) != 0 ||
        connect(client, reinterpret_cast<const sockaddr*>(&address), length) != 0)
      _exit(1);
    at(100, fd);
    at(101, client);
  });
  const HeldSockets all = of(held.pid());
  CHECK(numbered(all, 100).local->abstract);
  CHECK(numbered(all, 101).peer->path == std::string("a b\n!\0\xff", 7));
}

TEST_CASE("live held sockets: what opens and closes meanwhile is listed, gone, or said to be moving") {
  const Held held([] {
    at(100, socket(AF_UNIX, SOCK_DGRAM, 0));
    std::thread([] {
      while (true) {
        int numbers[64];
        for (int& fd : numbers)
          fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        for (const int fd : numbers)
          close(fd);
      }
    }).detach();
  });
  for (int i = 0; i < 20; ++i)
    numbered(of(held.pid()), 100); // parsed, and what stays is there
}

TEST_CASE("live held sockets: of ourselves, whose child may not look into its parent") {
  const int own = socket(AF_INET, SOCK_DGRAM, 0);
  const HeldSockets all = of(getpid());
  close(own);
  CHECK(numbered(all, own).type == SOCK_DGRAM);
  CHECK(made_outside(all, numbered(all, own)) == false);
}

TEST_CASE("live held sockets: where pidfd_getfd is refused each socket is told as not seen") {
  const Held held([] { at(100, socket(AF_INET, SOCK_DGRAM, 0)); });
  const Reading text = ask_child(
      [&](int out) {
        sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                              BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_getfd, 0, 1),
                              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        const sock_fprog program{4, code};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
          return;
        const auto target = ProcTarget::open(held.pid());
        const Reading listed = target ? read_held_sockets(*target) : refused(ESRCH);
        [[maybe_unused]] const ssize_t said = write(out, listed->data(), listed ? listed->size() : 0);
      },
      10'000);
  REQUIRE(text);
  INFO(*text);
  const auto all = parse_held_sockets(*text);
  REQUIRE(all);
  CHECK(all->tables[0].unseen == std::vector<std::pair<int, int>>{{100, EPERM}});
  CHECK_FALSE(all->whole());
}

TEST_CASE("live held sockets: a connection that is looked at stays whole") {
  const Held held([] {
    at(100, listening());
    at(101, connected_to(100));
    at(102, accept(100, nullptr, nullptr));
    std::thread([] { // bytes go around, and anything else ends it
      char byte = 'a', back = 0;
      while (write(101, &byte, 1) == 1 && read(102, &back, 1) == 1 && back == byte) {
      }
      _exit(7);
    })
        .detach();
  });
  for (int i = 0; i < 50; ++i)
    CHECK(of(held.pid()).whole());
  CHECK(kill(held.pid(), 0) == 0);
  int status = 0;
  CHECK(waitpid(held.pid(), &status, WNOHANG) == 0);
}

TEST_CASE("live held sockets: more than 2,048 sockets are cut, and that is said") {
  const Held held([] {
    constexpr int many = 2100;
    const rlimit more{many + 300, many + 300};
    if (setrlimit(RLIMIT_NOFILE, &more) != 0)
      _exit(1);
    for (int i = 0; i < many; ++i)
      if (socket(AF_UNIX, SOCK_DGRAM, 0) < 0)
        _exit(1);
  });
  const HeldSockets all = of(held.pid());
  CHECK_FALSE(all.whole());
  REQUIRE(all.tables.size() == 1);
  CHECK(all.tables[0].listed == SocketTable::Listed::cut);
  CHECK(all.tables[0].sockets.size() == 2048);
}
