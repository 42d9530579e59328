#include "kernel/live_fds.h"

#include "kernel/child.h"
#include "kernel/held_process.h"
#include "parse/fds.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace sbx;

namespace {

const Descriptor& numbered(const FdTable& table, int number) {
  const auto found = std::find_if(table.descriptors.begin(), table.descriptors.end(),
                                  [&](const Descriptor& fd) { return fd.number == number; });
  REQUIRE(found != table.descriptors.end());
  return *found;
}

bool has(const FdTable& table, int number) {
  return std::any_of(table.descriptors.begin(), table.descriptors.end(),
                     [&](const Descriptor& fd) { return fd.number == number; });
}

} // namespace

TEST_CASE("live fds: each descriptor of another process with its kind, flags and link") {
  const Held held([] {
    at(100, open("/", O_PATH | O_DIRECTORY));
    at(101, open("/dev/null", O_RDWR));
    at(102, socket(AF_UNIX, SOCK_DGRAM, 0));
    int ends[2];
    if (pipe(ends) == 0)
      at(103, ends[1]);
    at(104, epoll_create1(0));
    at(105, memfd_create("a b\n", 0));
    at(106, open("/proc/self/ns/net", O_RDONLY));
    at(107, static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
    at(108, open("/proc/self/exe", O_RDONLY));
    char parameters[120] = {}; // struct io_uring_params
    if (const long ring = syscall(SYS_io_uring_setup, 4, parameters); ring >= 0)
      at(109, static_cast<int>(ring));
  });
  const Fds fds = held.fds();
  CHECK(fds.whole());
  REQUIRE(fds.tables.size() == 1);
  const FdTable& table = fds.tables[0];
  CHECK(table.tids == std::vector<std::int64_t>{held.pid()});
  CHECK(table.own == 0);

  struct stat root {};
  REQUIRE(stat("/", &root) == 0);
  const Descriptor& directory = numbered(table, 100);
  CHECK(directory.kind == FdKind::directory);
  CHECK(directory.link == "/");
  CHECK(directory.path_only());
  REQUIRE(directory.status);
  CHECK(directory.status->ino == root.st_ino);
  CHECK(directory.mount);
  const Descriptor& null = numbered(table, 101);
  CHECK(null.kind == FdKind::char_device);
  CHECK(null.status->rdev == FdDevice{1, 3});
  CHECK(null.writable());
  CHECK(numbered(table, 102).kind == FdKind::socket);
  CHECK(numbered(table, 102).link->starts_with("socket:["));
  CHECK(numbered(table, 103).kind == FdKind::fifo);
  CHECK(numbered(table, 103).writable());
  CHECK(numbered(table, 104).kind == FdKind::anon);
  CHECK(numbered(table, 104).name == "[eventpoll]");
  CHECK(numbered(table, 105).kind == FdKind::memfd);
  CHECK(numbered(table, 105).link == "/memfd:a b\n (deleted)");
  CHECK(numbered(table, 106).kind == FdKind::ns);
  CHECK(numbered(table, 106).name == "net");
  CHECK(numbered(table, 107).name == "[pidfd]");
  CHECK(numbered(table, 107).pid == held.pid());
  CHECK(numbered(table, 108).kind == FdKind::file);
  CHECK_FALSE(numbered(table, 108).writable());
  if (has(table, 109)) { // where the kernel has io_uring, and lets us
    CHECK(numbered(table, 109).name == "[io_uring]");
    CHECK(numbered(table, 109).files == 0U);
  }
}

TEST_CASE("live fds: a tap is told with its network interface, and one without has an empty name") {
  if (access("/dev/net/tun", R_OK | W_OK) != 0) {
    WARN("no /dev/net/tun here: parse/fds_test alone holds what is said of it");
    return;
  }
  const Held held([] {
    constexpr int tap = 100;
    if (unshare(CLONE_NEWNET) != 0) // before it is opened: a tap is of the namespace of who opened it
      _exit(1);
    at(tap, open("/dev/net/tun", O_RDWR));
    ifreq asked{};
    asked.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strcpy(asked.ifr_name, "sbx-tap%d");
    if (ioctl(tap, TUNSETIFF, &asked) != 0)
      _exit(1);
    at(101, open("/dev/net/tun", O_RDWR));
  });
  const Fds fds = held.fds();
  REQUIRE(fds.tables.size() == 1);
  CHECK(numbered(fds.tables[0], 100).tap == "sbx-tap0");
  CHECK(numbered(fds.tables[0], 101).tap == "");
  CHECK(numbered(fds.tables[0], 101).status->rdev == FdDevice{10, 200});
}

TEST_CASE("live fds: a thread with a table of its own is found, and one that shares is no table") {
  const Held held([] {
    std::thread([] {
      while (true)
        pause();
    }).detach();
    int ready[2];
    if (pipe(ready) != 0)
      _exit(1);
    std::thread([&] {
      if (unshare(CLONE_FILES) != 0)
        _exit(1);
      at(200, open("/", O_RDONLY));
      [[maybe_unused]] const ssize_t said = write(ready[1], "x", 1);
      while (true)
        pause();
    }).detach();
    char got = 0;
    [[maybe_unused]] const ssize_t length = read(ready[0], &got, 1);
    at(201, open("/", O_RDONLY));
  });
  const Fds fds = held.fds();
  CHECK(fds.whole());
  REQUIRE(fds.tables.size() == 2);
  const bool main_first = has(fds.tables[0], 201);
  const FdTable &main = fds.tables[main_first ? 0 : 1], &other = fds.tables[main_first ? 1 : 0];
  CHECK(main.tids.size() == 2);
  CHECK(other.tids.size() == 1);
  CHECK(has(main, 201));
  CHECK_FALSE(has(main, 200));
  CHECK(has(other, 200));
  CHECK_FALSE(has(other, 201));
}

TEST_CASE("live fds: where kcmp is refused, that other tables were not looked for is said") {
  const Held held([] {
    std::thread([] {
      while (true)
        pause();
    }).detach();
  });
  const Reading text = ask_child(
      [&](int out) {
        sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                              BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kcmp, 0, 1),
                              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        const sock_fprog program{4, code};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
          return;
        const auto target = ProcTarget::open(held.pid());
        const Reading listed = target ? read_fds(*target) : refused(ESRCH);
        [[maybe_unused]] const ssize_t said = write(out, listed->data(), listed ? listed->size() : 0);
      },
      10'000);
  REQUIRE(text);
  const auto fds = parse_fds(*text);
  INFO(*text);
  REQUIRE(fds);
  CHECK(fds->tables_refused == EPERM);
  CHECK_FALSE(fds->whole());
  CHECK(fds->tables.size() == 1);
}

TEST_CASE("live fds: a main thread that has exited does not hide what the others hold") {
  const Held held([] {
    at(200, open("/", O_RDONLY));
    // The thread answers for the process once the main thread is gone.
    int ready = -1;
    for (int fd = 0; fd < 256 && ready < 0; ++fd)
      if (fcntl(fd, F_GETFL) >= 0 && fd != 200)
        ready = fd;
    std::thread([ready] {
      struct timespec moment {
        0, 1'000'000
      };
      const std::string path = "/proc/self/stat";
      for (int i = 0; i < 2000; ++i) {
        char text[256] = {};
        const int stat = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        [[maybe_unused]] const ssize_t length = read(stat, text, sizeof text - 1);
        close(stat);
        if (std::string_view(text).find(") Z") != std::string_view::npos)
          break;
        nanosleep(&moment, nullptr);
      }
      [[maybe_unused]] const ssize_t said = write(ready, "x", 1);
      while (true)
        pause();
    }).detach();
    syscall(SYS_exit, 0);
  });
  const Fds fds = held.fds();
  CHECK(fds.whole());
  REQUIRE(fds.tables.size() == 1);
  CHECK(has(fds.tables[0], 200));
}

TEST_CASE("live fds: of ourselves only what we were given, not what we opened to look") {
  const int given = open("/", O_RDONLY), own = open("/", O_RDONLY | O_CLOEXEC);
  const auto target = ProcTarget::self();
  REQUIRE(target);
  const auto fds = parse_fds(read_fds(*target).value());
  close(given);
  close(own);
  REQUIRE(fds);
  REQUIRE(fds->tables.size() == 1);
  CHECK(has(fds->tables[0], given));
  CHECK_FALSE(has(fds->tables[0], own));
  CHECK(fds->tables[0].own >= 3);
}

TEST_CASE("live fds: a process that has ended and was not reaped holds nothing") {
  const pid_t pid = fork();
  if (pid == 0)
    _exit(0);
  siginfo_t info;
  REQUIRE(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
  const auto target = ProcTarget::open(pid);
  REQUIRE(target);
  const auto fds = parse_fds(read_fds(*target).value());
  waitpid(pid, nullptr, 0);
  REQUIRE(fds);
  CHECK(fds->tables.empty());
  CHECK(fds->whole());
  CHECK(read_fds(*target).error().error != 0); // reaped: it is gone
}

namespace {

constexpr int many = 10'000;

// Sanitizers make everything several times slower, and the fuzzers run beside us then.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

void hold_many() {
  const rlimit more{many + 300, many + 300};
  if (setrlimit(RLIMIT_NOFILE, &more) != 0)
    _exit(1);
  at(256, open("/dev/null", O_RDONLY));
  for (int i = 1; i < many; ++i)
    if (dup2(256, 256 + i) < 0)
      _exit(1);
}

} // namespace

TEST_CASE("live fds: 10,000 descriptors are listed in less than a second") {
  const Held held(hold_many);
  const auto before = std::chrono::steady_clock::now();
  const Fds fds = held.fds();
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(sanitized ? 5 : 1));
  CHECK(fds.whole());
  CHECK(fds.tables[0].descriptors.size() == many);
}

TEST_CASE("live fds: more descriptors than we read are cut, and that is said") {
  const Held held([] {
    hold_many();
    int ready[2];
    if (pipe(ready) != 0)
      _exit(1);
    for (int i = 0; i < 7; ++i) {
      std::thread([&] {
        if (unshare(CLONE_FILES) != 0)
          _exit(1);
        [[maybe_unused]] const ssize_t said = write(ready[1], "x", 1);
        while (true)
          pause();
      }).detach();
      char got = 0;
      [[maybe_unused]] const ssize_t length = read(ready[0], &got, 1);
    }
  });
  const Fds fds = held.fds();
  CHECK_FALSE(fds.whole());
  CHECK((fds.stopped == 0 || (sanitized && fds.stopped == ETIMEDOUT)));
  CHECK(std::any_of(fds.tables.begin(), fds.tables.end(),
                    [](const FdTable& table) { return table.listed == FdTable::Listed::cut; }));
  CHECK(fds.tables[0].descriptors.size() >= many);
}
