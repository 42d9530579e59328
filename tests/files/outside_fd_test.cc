#include "files/outside_fd.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

constexpr std::uint64_t listed = 30, unlisted = 99;

Descriptor descriptor(int number, FdKind kind, std::uint32_t mode, std::string link,
                      std::uint64_t mount = listed) {
  Descriptor it;
  it.number = number;
  it.kind = kind;
  it.link = std::move(link);
  it.flags = 0;
  it.mount = mount;
  it.status = FdStatus{mode, {8, 1}, {0, 0}, 100 + static_cast<std::uint64_t>(number)};
  return it;
}

Descriptor directory(int number, std::uint64_t mount) {
  return descriptor(number, FdKind::directory, 0040755, "/srv", mount);
}

Descriptor file(int number, std::uint64_t mount, std::uint32_t flags = 0) {
  Descriptor it = descriptor(number, FdKind::file, 0100644, "/srv/file", mount);
  it.flags = flags;
  return it;
}

Descriptor device(int number, std::uint32_t major, std::uint32_t minor, std::uint64_t mount = listed) {
  Descriptor it = descriptor(number, FdKind::char_device, 0020666, "/dev/x", mount);
  it.status->rdev = {major, minor};
  return it;
}

Descriptor anonymous(const std::string& name) {
  Descriptor it = descriptor(5, FdKind::anon, 0600, "anon_inode:" + name, 14);
  it.name = name;
  return it;
}

FdSurroundings sandbox() {
  FdSurroundings around;
  around.mounts = {listed, 31};
  around.root_listed = true;
  around.namespaces = {4026532000, 4026531836};
  around.host_files = false;
  around.pid = 42;
  return around;
}

FdJudged judged(const Descriptor& it, const FdSurroundings& around = sandbox(),
                std::vector<Descriptor> beside = {}) {
  FdTable table;
  table.descriptors = std::move(beside);
  table.descriptors.push_back(it);
  return FdJudge(table, around).judge(it);
}

FdLead lead(const Descriptor& it, const FdSurroundings& around = sandbox()) {
  return judged(it, around).lead;
}

} // namespace

TEST_CASE("outside_fd: files and directories are outside where no path leads to their mount") {
  CHECK(lead(directory(5, listed)) == FdLead::inside);
  CHECK(judged(directory(5, unlisted)).lead == FdLead::outside);
  CHECK(judged(directory(5, unlisted)).kind == "directory");
  CHECK(lead(file(5, listed)) == FdLead::inside);
  CHECK(lead(file(5, unlisted)) == FdLead::outside);
  CHECK(lead(descriptor(5, FdKind::fifo, 0010644, "/srv/fifo", unlisted)) == FdLead::outside);
  CHECK(lead(descriptor(5, FdKind::other, 0120777, "/srv/link", unlisted)) == FdLead::outside);
  CHECK(lead(descriptor(5, FdKind::socket, 0140755, "/run/docker.sock", unlisted)) == FdLead::outside);
}

TEST_CASE("outside_fd: what has no name in any file system leads nowhere") {
  CHECK(lead(descriptor(5, FdKind::fifo, 0010600, "pipe:[77]", 13)) == FdLead::inside);
  CHECK(lead(descriptor(5, FdKind::socket, 0140777, "socket:[77]", 8)) == FdLead::inside);
  CHECK(lead(descriptor(5, FdKind::memfd, 0100777, "/memfd:x (deleted)", 17)) == FdLead::inside);
  CHECK(lead(descriptor(5, FdKind::other, 0600, "/dmabuf:", 12)) == FdLead::inside);
}

TEST_CASE("outside_fd: a standard descriptor that is a file or a terminal is what launchers give") {
  for (const int number : {0, 1, 2}) {
    CHECK(lead(file(number, unlisted)) == FdLead::stdio);
    CHECK(lead(device(number, 136, 3, unlisted)) == FdLead::stdio);
    CHECK(lead(device(number, 4, 64, unlisted)) == FdLead::stdio);
    CHECK(lead(descriptor(number, FdKind::fifo, 0010644, "/srv/fifo", unlisted)) == FdLead::stdio);
    CHECK(lead(file(number, listed)) == FdLead::inside);
  }
  CHECK(lead(file(3, unlisted)) == FdLead::outside);
  CHECK(lead(device(3, 136, 3, unlisted)) == FdLead::outside);
  CHECK(judged(device(3, 136, 3, unlisted)).kind == "terminal");
}

TEST_CASE("outside_fd: a directory, a device or the file of a socket counts there too") {
  CHECK(lead(directory(0, unlisted)) == FdLead::outside);
  CHECK(lead(device(1, 10, 200)) == FdLead::outside);
  CHECK(lead(descriptor(2, FdKind::block_device, 0060660, "/dev/sda", listed)) == FdLead::outside);
  CHECK(lead(descriptor(2, FdKind::socket, 0140755, "/run/docker.sock", unlisted)) == FdLead::outside);
}

TEST_CASE("outside_fd: a copy of a standard descriptor is no more than that, unless it allows more") {
  Descriptor copy = file(10, unlisted, 0), standard = file(1, unlisted, 0);
  standard.status->ino = copy.status->ino;
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::stdio);
  copy.flags = 02;
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::outside);
  standard.flags = 01;
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::outside); // it reads, too
  copy.flags = 01;
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::stdio);
  copy.flags = 010000000;
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::outside);
  copy.flags = 01;
  copy.status->dev = {8, 2};
  CHECK(judged(copy, sandbox(), {standard}).lead == FdLead::outside);
  Descriptor tty = device(255, 136, 3, unlisted), standard_tty = device(0, 136, 3, unlisted);
  tty.flags = standard_tty.flags = 02;
  standard_tty.status->ino = tty.status->ino;
  CHECK(judged(tty, sandbox(), {standard_tty}).lead == FdLead::stdio);
}

TEST_CASE("outside_fd: devices that every process may hold are none, others are, but on the host itself") {
  CHECK(lead(device(5, 1, 3)) == FdLead::inside);
  CHECK(lead(device(5, 1, 9, unlisted)) == FdLead::inside);
  CHECK(lead(device(5, 5, 0)) == FdLead::inside);
  CHECK(lead(device(5, 1, 1)) == FdLead::outside); // /dev/mem
  CHECK(lead(device(5, 10, 229)) == FdLead::outside);
  FdSurroundings host = sandbox();
  host.host_files = true;
  CHECK(lead(device(5, 10, 229), host) == FdLead::inside);
  CHECK(judged(device(5, 10, 232), host).kind == "kvm");
  CHECK(lead(device(5, 10, 232), host) == FdLead::outside);
  host.host_files = std::nullopt;
  CHECK(lead(device(5, 10, 229), host) == FdLead::unclear);
  CHECK_FALSE(is_harmless_device(device(5, 4, 64)));
  CHECK(is_harmless_device(device(5, 136, 64)));
}

TEST_CASE("outside_fd: a namespace leads out where no thread lives in it") {
  Descriptor it = descriptor(5, FdKind::ns, 0100444, "net:[4026532000]", 4);
  it.status->ino = 4026532000;
  CHECK(lead(it) == FdLead::inside);
  it.status->ino = 4026531840;
  CHECK(lead(it) == FdLead::outside);
  FdSurroundings unseen = sandbox();
  unseen.namespaces = std::nullopt;
  CHECK(lead(it, unseen) == FdLead::unseen);
}

TEST_CASE("outside_fd: what has no inode of its own is judged by its name") {
  for (const char* name :
       {"[eventfd]", "[eventpoll]", "[timerfd]", "[signalfd]", "inotify", "[landlock-ruleset]"})
    CHECK(lead(anonymous(name)) == FdLead::inside);
  for (const char* name :
       {"kvm-vm", "kvm-vcpu:0", "bpf-map", "bpf-prog", "bpf_link", "btf", "seccomp notify", "[vfio-device]"})
    CHECK(lead(anonymous(name)) == FdLead::outside);
  for (const char* name : {"[fanotify]", "[perf_event]", "[userfaultfd]", "[fscontext]", "[new thing]", ""})
    CHECK(lead(anonymous(name)) == FdLead::unclear);
}

TEST_CASE(
    "outside_fd: the process behind a pidfd may be outside where there is a PID namespace to be outside of") {
  Descriptor it = anonymous("[pidfd]");
  CHECK(lead(it) == FdLead::unclear);
  it.pid = 43;
  CHECK(lead(it) == FdLead::unclear);
  for (const std::int64_t none : {42, -1}) {
    it.pid = none;
    CHECK(lead(it) == FdLead::inside);
  }
  it.pid = 43;
  FdSurroundings host = sandbox();
  host.host_pids = true;
  CHECK(lead(it, host) == FdLead::inside);
}

TEST_CASE("outside_fd: a ring is inside only where nothing is known to be registered with it") {
  Descriptor it = anonymous("[io_uring]");
  CHECK(lead(it) == FdLead::unclear);
  it.files = 0;
  CHECK(lead(it) == FdLead::unclear);
  it.personalities = 0;
  CHECK(lead(it) == FdLead::inside);
  it.files = 2;
  CHECK(lead(it) == FdLead::unclear);
  it.personalities = 1;
  CHECK(lead(it) == FdLead::outside);
}

TEST_CASE("outside_fd: what was refused is unseen, never inside") {
  Descriptor it = directory(5, unlisted);
  it.mount = tl::unexpected<int>(EACCES);
  CHECK(lead(it) == FdLead::unseen);
  it = file(1, unlisted);
  it.mount = tl::unexpected<int>(EACCES);
  CHECK(lead(it) == FdLead::stdio); // whatever mount that is
  FdSurroundings unseen = sandbox();
  unseen.mounts = std::nullopt;
  CHECK(lead(directory(5, listed), unseen) == FdLead::unseen);
  it = device(5, 10, 229);
  it.status = tl::unexpected<int>(EACCES);
  CHECK(lead(it) == FdLead::unseen);
  it.kind = FdKind::unseen;
  CHECK(lead(it) == FdLead::unseen);
}

TEST_CASE("outside_fd: only where the root is no listed mount may a lookup be needed") {
  FdTable table;
  FdSurroundings chrooted = sandbox();
  chrooted.root_listed = false;
  const FdJudge judge(table, chrooted);
  CHECK(judge.by_path(directory(5, unlisted)));
  CHECK(judge.by_path(file(5, unlisted)));
  CHECK_FALSE(judge.by_path(file(1, unlisted)));
  CHECK_FALSE(judge.by_path(directory(5, listed)));
  CHECK_FALSE(judge.by_path(anonymous("[eventfd]")));
  const FdSurroundings plain = sandbox();
  CHECK_FALSE(FdJudge(table, plain).by_path(directory(5, unlisted)));
}
