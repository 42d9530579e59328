#include "parse/held_sockets.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string tcp = "socket 3 inode=77 domain=2 type=1 protocol=6 listening=0 cookie=1 netns=4026531833 "
                        "local=10.0.0.1/80 peer=10.0.0.9/4711\n";
const std::string unix_pair =
    "socket 4 inode=78 domain=1 type=1 protocol=0 listening=0 cookie=12 netns=!EPERM "
    "local=- peer=:/run/a\\x20b peer_pid=812 peer_uid=0 peer_comm=:dockerd "
    "peer_net=4026531833 peer_mnt=!EACCES\n";

std::string text(const std::string& lines,
                 const std::string& netns = "netns 4026532008 cookie=12 tid=100\n") {
  return "table 100\n" + lines + "listed all\n" + netns + "end settled\n";
}
HeldSockets parsed(const std::string& whole) {
  auto found = parse_held_sockets(whole);
  INFO((found ? "" : found.error().what));
  REQUIRE(found);
  return *found;
}
bool bad(const std::string& whole) { return !parse_held_sockets(whole); }

} // namespace

TEST_CASE("held_sockets: what each socket is, its ends and its namespace") {
  const HeldSockets found = parsed(text(tcp + unix_pair));
  REQUIRE(found.tables.size() == 1);
  REQUIRE(found.tables[0].sockets.size() == 2);
  const HeldSocket &first = found.tables[0].sockets[0], &second = found.tables[0].sockets[1];
  CHECK(first.number == 3);
  CHECK(first.inode == 77U);
  CHECK(first.is_inet());
  CHECK(ip_text(*first.local->address) == "10.0.0.1");
  CHECK(first.peer->port == 4711);
  CHECK(first.listening == false);
  CHECK_FALSE(first.peer_process);
  CHECK(second.is_unix());
  CHECK(second.peer->path == "/run/a b");
  CHECK_FALSE(second.peer->abstract);
  CHECK_FALSE(second.netns);
  REQUIRE(second.peer_process);
  CHECK((*second.peer_process)->pid == 812);
  CHECK((*second.peer_process)->comm == "dockerd");
  CHECK((*second.peer_process)->mnt.error() == EACCES);
  CHECK(found.whole());
}

TEST_CASE("held_sockets: an IPv6 address that begins with colons is no path") {
  const HeldSockets found = parsed(text("socket 5 inode=9 domain=10 type=2 protocol=17 listening=0 cookie=12 "
                                        "netns=4026532008 local=::/0 peer=::1/53\n"));
  const HeldSocket& it = found.tables[0].sockets[0];
  REQUIRE(it.local->address);
  CHECK(ip_text(*it.local->address) == "::");
  REQUIRE(it.peer->address);
  CHECK(ip_text(*it.peer->address) == "::1");
  CHECK(it.peer->path.empty());
}

TEST_CASE("held_sockets: a socket of a namespace that no thread lives in was made outside") {
  const HeldSockets found = parsed(text(tcp + unix_pair));
  CHECK(made_outside(found, found.tables[0].sockets[0]) == true);
  CHECK(made_outside(found, found.tables[0].sockets[1]) == false);
}

TEST_CASE("held_sockets: the cookie decides where the inode is not told") {
  std::string by_cookie = tcp;
  by_cookie.replace(by_cookie.find("netns=4026531833"), 16, "netns=!EPERM");
  const HeldSockets found = parsed(text(by_cookie));
  CHECK(made_outside(found, found.tables[0].sockets[0]) == true);
  const HeldSockets unknown = parsed(text(by_cookie, "netns 4026532008 cookie=!EPERM tid=100\n"));
  CHECK_FALSE(made_outside(unknown, unknown.tables[0].sockets[0]));
}

TEST_CASE("held_sockets: with one namespace of a thread unseen, nothing is said to be of none of them") {
  const HeldSockets found = parsed(text(tcp + unix_pair, "netns 4026532008 cookie=12 tid=100\n"
                                                         "netns !EACCES cookie=!EACCES tid=101\n"));
  CHECK_FALSE(made_outside(found, found.tables[0].sockets[0]));
  CHECK(made_outside(found, found.tables[0].sockets[1]) == false);
  const HeldSockets none = parsed(text(tcp, ""));
  CHECK_FALSE(made_outside(none, none.tables[0].sockets[0]));
  std::string moving = text(tcp);
  moving.replace(moving.find("settled"), 7, "moving");
  const HeldSockets found_moving = parsed(moving);
  CHECK_FALSE(made_outside(found_moving, found_moving.tables[0].sockets[0]));
}

TEST_CASE("held_sockets: what closed meanwhile is no gap, and what was refused is one") {
  CHECK(parsed(text("gone 5\n" + tcp)).whole());
  const HeldSockets refused = parsed(text("refused 6 !EPERM\n"));
  CHECK(refused.tables[0].unseen == std::vector<std::pair<int, int>>{{6, EPERM}});
  CHECK_FALSE(refused.whole());
}

TEST_CASE("held_sockets: a part says that it is one") {
  CHECK_FALSE(parsed("table 100\n" + tcp + "listed cut\nend settled\n").whole());
  CHECK_FALSE(parsed("table 100\n" + tcp + "listed moving\nend settled\n").whole());
  CHECK_FALSE(parsed("table 100\nlisted !EACCES\nend settled\n").whole());
  CHECK_FALSE(parsed("table 100\nlisted all\ntables !EPERM\nend settled\n").whole());
  CHECK_FALSE(parsed("table 100\nlisted all\nend moving\n").whole());
  const HeldSockets stopped = parsed("table 100\n" + tcp + "end !ETIMEDOUT\n");
  CHECK(stopped.stopped == ETIMEDOUT);
  CHECK_FALSE(stopped.whole());
  CHECK(parsed("end settled\n").whole()); // every thread has exited
}

TEST_CASE("held_sockets: threads that share a table, and names of every kind") {
  const HeldSockets found =
      parsed("table 100\nsocket 9 inode=!EBADF domain=!EBADF type=!EBADF protocol=!EBADF listening=!EBADF "
             "cookie=!ENOPROTOOPT "
             "netns=!ENOTTY local=@a\\x00b peer=!ENOTCONN\nlisted all\nthreads 100 101,102\nend settled\n");
  CHECK(found.tables[0].tids == std::vector<std::int64_t>{100, 101, 102});
  CHECK(found.tables[0].sockets[0].local->abstract);
  CHECK(found.tables[0].sockets[0].local->path == std::string("a\0b", 3));
  CHECK(found.tables[0].sockets[0].peer.error() == ENOTCONN);
  CHECK(found.tables[0].sockets[0].cookie.error() == ENOPROTOOPT);
  std::string refused = tcp;
  refused.replace(refused.find("domain=2"), 8, "domain=!EBADF");
  refused.replace(refused.find("10.0.0.1/80"), 11, "::1/80");
  CHECK(ip_text(*parsed(text(refused)).tables[0].sockets[0].local->address) == "::1");
  refused.replace(refused.find("::1/80"), 6, ":/run/a");
  CHECK(parsed(text(refused)).tables[0].sockets[0].local->path == "/run/a");
}

TEST_CASE("held_sockets: lines that we do not write make the whole malformed") {
  CHECK(bad(""));
  CHECK(bad("table 100\nlisted all\n"));
  CHECK(bad("table 100\nend settled\n"));
  CHECK(bad(text(tcp) + "more\n"));
  CHECK(bad(text(tcp).substr(0, text(tcp).size() - 1)));
  CHECK(bad("table 0\nlisted all\nend settled\n"));
  CHECK(bad("table 100\nlisted all\ntable 100\nlisted all\nend settled\n"));
  CHECK(bad("table 100\nlisted most\nend settled\n"));
  CHECK(bad(text("gone\n")));
  CHECK(bad(text("refused 6 EPERM\n")));
  CHECK(bad(text("", "netns - cookie=1 tid=100\n")));
  CHECK(bad(text("", "netns 1 cookie=1 tid=0\n")));
  CHECK(bad("threads 100 101\nend settled\n"));
  for (const auto& [from, to] : {std::pair("inode=77", "inode=-1"),
                                 {"domain=2", "domain=-2"},
                                 {"listening=0", "listening=2"},
                                 {"10.0.0.1/80", "10.0.0.1/80000"},
                                 {"10.0.0.1/80", "10.0.0.1"},
                                 {"10.0.0.1/80", ":"},
                                 {"peer=", "beer="},
                                 {"socket 3", "socket -3"},
                                 {"/4711\n", "/4711 more\n"}}) {
    std::string line = tcp;
    line.replace(line.find(from), std::string_view(from).size(), to);
    CHECK(bad(text(line)));
  }
}
