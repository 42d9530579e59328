#include "parse/fds.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>

using namespace sbx;

namespace {
const std::string head = "known nsfs=0:4 memfd=0:1\n";
const std::string plain = "flags=02 mnt=29 mode=0100644 dev=254:0 ino=7 rdev=0:0";

std::string table(const std::string& lines, const std::string& listed = "all own=0") {
  return head + "table 100\n" + lines + "listed " + listed + "\nend settled\n";
}
bool bad(const std::string& text) { return !parse_fds(text).has_value(); }

Descriptor only(const std::string& words) {
  const auto fds = parse_fds(table("fd 3 " + words + "\n"));
  REQUIRE(fds);
  REQUIRE(fds->tables.size() == 1);
  REQUIRE(fds->tables[0].descriptors.size() == 1);
  return fds->tables[0].descriptors[0];
}

FdKind kind(const std::string& link, const std::string& mode, const std::string& dev = "254:0") {
  return only("link=:" + link + " flags=02 mnt=29 mode=" + mode + " dev=" + dev + " ino=7 rdev=0:0").kind;
}
} // namespace

TEST_CASE("fds: a descriptor is a number, a link, flags, a mount and what statx says") {
  const Descriptor fd =
      only("link=:/a\\x20b\\x0a flags=0100001 mnt=29 mode=020666 dev=0:6 ino=18446744073709551615 rdev=1:3");
  CHECK(fd.number == 3);
  CHECK(fd.link == "/a b\n");
  CHECK(fd.flags == 0100001U);
  CHECK(fd.mount == 29U);
  CHECK(fd.kind == FdKind::char_device);
  CHECK(fd.status->rdev == FdDevice{1, 3});
  CHECK(fd.status->dev == FdDevice{0, 6});
  CHECK(fd.status->ino == 18446744073709551615U);
  CHECK(fd.writable());
  CHECK_FALSE(fd.path_only());
}

TEST_CASE("fds: O_PATH opens nothing for writing, whatever the other flags are") {
  const Descriptor fd = only("link=:/ flags=010200002 mnt=29 mode=040755 dev=254:0 ino=2 rdev=0:0");
  CHECK(fd.path_only());
  CHECK_FALSE(fd.writable());
  CHECK_FALSE(only("link=:/ flags=0100000 mnt=29 mode=040755 dev=254:0 ino=2 rdev=0:0").writable());
}

TEST_CASE("fds: every kind by its mode") {
  CHECK(kind("/x", "040755") == FdKind::directory);
  CHECK(kind("/x", "0100644") == FdKind::file);
  CHECK(kind("/x", "020644") == FdKind::char_device);
  CHECK(kind("/x", "060644") == FdKind::block_device);
  CHECK(kind("/x", "010644") == FdKind::fifo);
  CHECK(kind("socket:[1]", "0140777") == FdKind::socket);
  CHECK(kind("/x", "0600") == FdKind::other);
}

TEST_CASE("fds: anonymous inodes and namespaces have the kernel's names") {
  const Descriptor ring = only("link=:anon_inode:[io_uring] flags=02 mnt=15 mode=0600 dev=0:14 ino=9 "
                               "rdev=0:0 personalities=2 files=1");
  CHECK(ring.kind == FdKind::anon);
  CHECK(ring.name == "[io_uring]");
  CHECK(ring.personalities == 2U);
  CHECK(ring.files == 1U);
  CHECK_FALSE(ring.pid);
  const Descriptor pidfd = only("link=:anon_inode:[pidfd] flags=02000002 mnt=4 mode=0100700 dev=0:9 ino=9 "
                                "rdev=0:0 pid=-1");
  CHECK(pidfd.kind == FdKind::anon);
  CHECK(pidfd.pid == -1);
  CHECK_FALSE(pidfd.personalities);
  const Descriptor ns =
      only("link=:net:[4026531833] flags=0 mnt=4 mode=0100444 dev=0:4 ino=4026531833 rdev=0:0");
  CHECK(ns.kind == FdKind::ns);
  CHECK(ns.name == "net");
  CHECK(kind("/run/netns/x", "0100444", "0:4") == FdKind::ns); // bind-mounted
}

TEST_CASE("fds: a tap has the name of its network interface, raw, or none yet") {
  const std::string tun = "link=:/dev/net/tun flags=02 mnt=4 mode=020666 dev=0:6 ino=9 rdev=10:200";
  CHECK(only(tun + " tap=:tap\\x20\\x1b0").tap == "tap \x1b"
                                                  "0");
  CHECK(only(tun + " tap=:").tap == "");
  CHECK_FALSE(only(tun).tap);
  CHECK(bad(table("fd 3 " + tun + " tap=tap0\n")));
  CHECK(bad(table("fd 3 " + tun + " tap=:\\q\n")));
}

TEST_CASE("fds: a file with a name like the kernel's is a file") {
  CHECK(kind("/anon_inode:kvm-vm", "0100644") == FdKind::file);
  CHECK(kind("/memfd:kvm-vm\\x20(deleted)", "0100777", "0:1") == FdKind::memfd);
  CHECK(kind("/anon_inode:[io_uring]", "0100644") == FdKind::file);
  CHECK(kind("/memfd:x\\x20(deleted)", "0100777") == FdKind::file);
  CHECK(kind("/memfd:x\\x20(deleted)", "0100777", "0:1") == FdKind::memfd);
  CHECK(kind("/dev/zero\\x20(deleted)", "0100777", "0:1") == FdKind::file);
}

TEST_CASE("fds: what was refused is an errno, and the kind is what is left to see") {
  const Descriptor none = only("link=!EACCES flags=!EACCES mnt=!EACCES mode=!EACCES");
  CHECK(none.kind == FdKind::unseen);
  CHECK(none.link.error() == EACCES);
  CHECK(none.flags.error() == EACCES);
  CHECK(none.mount.error() == EACCES);
  CHECK(none.status.error() == EACCES);
  CHECK(only("link=:pipe:[1] flags=0 mnt=1 mode=!EACCES").kind == FdKind::fifo);
  CHECK(only("link=:socket:[1] flags=0 mnt=1 mode=!EACCES").kind == FdKind::socket);
  CHECK(only("link=:/socket:[1] flags=0 mnt=1 mode=!EACCES").kind == FdKind::unseen);
}

TEST_CASE("fds: only where every table was listed to its end is the whole seen") {
  CHECK(parse_fds(table("fd 0 link=:/x " + plain + "\n"))->whole());
  CHECK(parse_fds(head + "end settled\n")->whole()); // every thread has exited
  for (const char* listed : {"moving own=0", "cut own=0", "!EACCES own=0"}) {
    const auto fds = parse_fds(table("", listed));
    REQUIRE(fds);
    CHECK_FALSE(fds->whole());
  }
  CHECK(parse_fds(table("", "!EACCES own=0"))->tables[0].error == EACCES);
  CHECK(parse_fds(table("", "!EACCES own=0"))->tables[0].listed == FdTable::Listed::refused);
  CHECK_FALSE(parse_fds(head + "table 1\nlisted all own=0\nend moving\n")->whole());
  CHECK_FALSE(parse_fds(head + "table 1\nlisted all own=0\nend !ETIMEDOUT\n")->whole());
  const auto other = parse_fds(head + "table 1\nlisted all own=4\ntables !EPERM\nend settled\n");
  CHECK(other->tables_refused == EPERM);
  CHECK(other->tables[0].own == 4);
  CHECK_FALSE(other->whole());
}

TEST_CASE("fds: a table that was stopped in the middle is cut, and says why") {
  const auto fds = parse_fds(head + "table 1\nfd 0 link=:/x " + plain + "\nend !ETIMEDOUT\n");
  REQUIRE(fds);
  CHECK(fds->stopped == ETIMEDOUT);
  CHECK(fds->tables[0].listed == FdTable::Listed::cut);
  CHECK(fds->tables[0].error == ETIMEDOUT);
  CHECK(fds->tables[0].descriptors.size() == 1);
  CHECK(bad(head + "table 1\nend settled\n"));
}

TEST_CASE("fds: several tables, with the threads that share each") {
  const auto fds = parse_fds(head + "table 1\nlisted all own=0\ntable 5\nfd 9 link=:/x " + plain +
                             "\nlisted all own=0\nthreads 5 6,7\nthreads 1 2\nend settled\n");
  REQUIRE(fds);
  REQUIRE(fds->tables.size() == 2);
  CHECK(fds->tables[0].tids == std::vector<std::int64_t>{1, 2});
  CHECK(fds->tables[1].tids == std::vector<std::int64_t>{5, 6, 7});
  CHECK(fds->tables[1].descriptors.size() == 1);
  CHECK(fds->whole());
}

TEST_CASE("fds: text that is cut off, out of order or not ours is malformed") {
  const std::string good = table("fd 3 link=:/x " + plain + "\n");
  for (std::size_t end = 0; end < good.size(); ++end)
    CHECK(bad(good.substr(0, end)));
  CHECK(bad(good + "end settled\n"));
  CHECK(bad("table 1\nlisted all own=0\nend settled\n"));
  CHECK(bad(head + "fd 3 link=:/x " + plain + "\nend settled\n"));
  CHECK(bad(head + "listed all own=0\nend settled\n"));
  CHECK(bad(head + "table 1\ntable 2\nlisted all own=0\nend settled\n"));
  CHECK(bad(head + "table 1\nlisted all own=0\nthreads 2 3\nend settled\n"));
  CHECK(bad(head + "table 1\nlisted all own=0\nthreads 1 2,\nend settled\n"));
  CHECK(bad(head + "table 1\nlisted all own=0\nthreads 1 2\nthreads 1 3\nend settled\n"));
  CHECK(bad(head + "table 1\nlisted all own=0\ntable 1\nlisted all own=0\nend settled\n"));
  CHECK(bad(head + "tables EPERM\nend settled\n"));
  CHECK(bad(head + "\nend settled\n"));
  for (const char* known : {"known\n", "known nsfs=0:4\n", "known nsfs=0:4 memfd=1\n",
                            "known nsfs=x memfd=-\n", "known nsfs=- memfd=- x=1\n"})
    CHECK(bad(std::string(known) + "end settled\n"));
  for (const char* listed : {"all", "some own=0", "!EWHAT own=0", "all own=x", "all own=0 x"})
    CHECK(bad(table("", listed)));
}

TEST_CASE("fds: a descriptor with a word too few, too many or twice is malformed") {
  for (const std::string& words : std::vector<std::string>{
           "", "3", "3 link=:/x", "-1 link=:/x " + plain, "x link=:/x " + plain, "3 " + plain,
           "3 link=/x " + plain, "3 link=:/x\\x2 " + plain, "3 link=!EWHAT " + plain,
           "3 link=:/x link=:/y " + plain, "3 link=:/x " + plain + " new=1",
           "3 link=:/x " + plain + " personalities=-", "3 link=:/x flags=8 mnt=1 mode=!EACCES",
           "3 link=:/x flags=0 mnt=1 mode=0644", "3 link=:/x flags=0 mnt=1 mode=!EACCES ino=1",
           "3 link=:/x flags=0 mnt=1 mode=0644 dev=1 ino=1 rdev=0:0"})
    CHECK(bad(table("fd " + words + "\n")));
}

TEST_CASE("fds: every kind has a name of its own") {
  CHECK(fd_kind_name(FdKind::directory) == "directory");
  CHECK(fd_kind_name(FdKind::anon) == "anon");
  CHECK(fd_kind_name(FdKind::unseen) == "unseen");
}

TEST_CASE("fds: very many tables are read in time that grows as they do") {
  constexpr int many = 200'000;
  std::string text = head, threads;
  for (int i = 1; i <= many; ++i) {
    text += "table " + std::to_string(i) + "\nlisted all own=0\n";
    threads += "threads " + std::to_string(i) + " 1\n";
  }
  const auto before = std::chrono::steady_clock::now();
  const auto fds = parse_fds(text + threads + "end settled\n");
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
  REQUIRE(fds);
  CHECK(fds->tables.size() == many);
}
