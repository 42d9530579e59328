#include "parse/net_sockets.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <fmt/format.h>

using namespace sbx;

namespace {

const std::string tcp_head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode     \n";
const std::string unix_head = "Num       RefCount Protocol Flags    Type St Inode Path\n";

std::string file(const std::string& name, const std::string& text, const std::string& how = "all") {
  return "file " + name + " " + how + " " + std::to_string(text.size()) + "\n" + text;
}
NetSockets parsed(const std::string& files) {
  auto found = parse_net_sockets(files + "end\n");
  INFO((found ? "" : found.error().what));
  REQUIRE(found);
  return *found;
}
bool bad(const std::string& text) { return !parse_net_sockets(text); }

} // namespace

TEST_CASE("net_sockets: TCP sockets by their state, and who listens where") {
  const NetSockets found = parsed(
      file("tcp", tcp_head + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
                             "1000        0 4711 "
                             "1 0000000000000000 100 0 0 10 0     \n"
                             "   1: 0A01A8C0:C001 01A8C00A:01BB 01 00000000:00000000 02:000A7214 00000000  "
                             "1000        0 4712 "
                             "2 0000000000000000 20 4 30 10 -1\n"
                             "   2: 0A01A8C0:C002 01A8C00A:01BB 06 00000000:00000000 03:00000E70 00000000    "
                             " 0        0 0 3 "
                             "0000000000000000\n") +
      file("tcp6", tcp_head +
                       "   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A "
                       "00000000:00000000 00:00000000 00000000     0        0 99 1 0000000000000000 100\n"));
  REQUIRE(found.inet.size() == 2);
  CHECK(found.inet[0].protocol == "tcp");
  CHECK(ip_text(found.inet[0].address) == "127.0.0.1");
  CHECK(found.inet[0].port == 8080);
  CHECK(found.inet[0].uid == 1000);
  CHECK(found.inet[0].inode == 4711);
  CHECK(ip_text(found.inet[1].address) == "::1");
  CHECK(found.inet[1].port == 22);
  const SocketFile& tcp = *found.file("tcp");
  CHECK(tcp.listening == 1);
  CHECK(tcp.connected == 1);
  CHECK(tcp.ending == 1);
  CHECK(found.whole());
}

TEST_CASE("net_sockets: UDP and raw sockets are bound, or connected") {
  const NetSockets found = parsed(
      file("udp",
           tcp_head +
               "  553: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   0 0 5 2 "
               "0000000000000000 0\n"
               "  554: 0100007F:0036 0100007F:0035 01 00000000:00000000 00:00000000 00000000   0 0 6 2 "
               "0000000000000000 0\n") +
      file("raw",
           tcp_head +
               "    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000   0 0 7 2 "
               "0000000000000000 0\n"));
  CHECK(found.file("udp")->bound == 1);
  CHECK(found.file("udp")->connected == 1);
  CHECK(found.file("raw")->bound == 1);
  REQUIRE(found.inet.size() == 2);
  CHECK(found.inet[1].port == 1);
}

TEST_CASE("net_sockets: unix sockets that have a name, each name once, and abstract ones") {
  const NetSockets found = parsed(file(
      "unix", unix_head + "0000000000000000: 00000002 00000000 00010000 0001 01 22141 /run/a b\n"
                          "0000000000000000: 00000003 00000000 00000000 0001 03 22142 /run/a b\n"
                          "0000000000000000: 00000003 00000000 00000000 0001 03 22143\n"
                          "0000000000000000: 00000002 00000000 00000000 0001 01     7\n"
                          "0000000000000000: 00000002 00000000 00000000 0002 01 22144 @/tmp/.X11-unix/X0\n"));
  REQUIRE(found.unix_names.size() == 2);
  CHECK(found.unix_names[0].name == "/run/a b");
  CHECK(found.unix_names[0].listening);
  CHECK_FALSE(found.unix_names[0].abstract());
  CHECK(found.unix_names[1].abstract());
  CHECK_FALSE(found.unix_names[1].listening);
  const SocketFile& it = *found.file("unix");
  CHECK(it.listening == 1);
  CHECK(it.connected == 2);
  CHECK(it.bound == 1);
  CHECK(it.unbound == 1);
  CHECK(found.whole());
}

TEST_CASE("net_sockets: a name with newlines hides no other socket, and what it leaves is counted") {
  const NetSockets found = parsed(
      file("unix", unix_head + "0000000000000000: 00000002 00000000 00010000 0001 01 1 /tmp/a\nfile tcp all "
                               "0\nend\n"
                               "0000000000000000: 00000002 00000000 00010000 0001 01 2 /tmp/b\n"));
  CHECK(found.file("unix")->unreadable == 2);
  CHECK(found.file("unix")->listening == 2);
  CHECK(found.files.size() == 1);
  CHECK_FALSE(found.whole());
}

TEST_CASE("net_sockets: what was cut is counted up to the last whole line, and that is said") {
  const NetSockets found = parsed(
      file("unix", unix_head + "0000000000000000: 00000002 00000000 00010000 0001 01 1 /tmp/a\n0000000000",
           "cut"));
  CHECK(found.file("unix")->cut);
  CHECK(found.file("unix")->listening == 1);
  CHECK(found.file("unix")->unreadable == 0);
  CHECK_FALSE(found.whole());
  CHECK_FALSE(parsed(file("unix", unix_head + "0000000000000000: 00000002")).whole());
}

TEST_CASE("net_sockets: a table that was refused is no empty one") {
  const NetSockets found = parsed(file("tcp", tcp_head) + "file tcp6 !EACCES\n");
  CHECK(found.file("tcp6")->error == EACCES);
  CHECK_FALSE(found.file("tcp6")->whole());
  CHECK_FALSE(found.whole());
  CHECK(found.file("udp") == nullptr);
}

TEST_CASE("net_sockets: a kernel without IPv6 has none of its three files") {
  const std::string missing = "file tcp6 !ENOENT\nfile udp6 !ENOENT\nfile raw6 !ENOENT\n";
  CHECK(parsed(file("tcp", tcp_head) + missing).whole());
  CHECK_FALSE(parsed(missing).whole());
  CHECK_FALSE(parsed(file("tcp", tcp_head) + "file tcp6 !ENOENT\n").whole());
  CHECK_FALSE(parsed(file("tcp6", tcp_head) + "file tcp !ENOENT\n").whole());
}

TEST_CASE("net_sockets: packet and netlink sockets are counted") {
  const NetSockets found = parsed(
      file("packet",
           "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n0000000000000000 3      3   "
           "  0003   2     1 0      0      815   \n") +
      file("netlink",
           "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    "
           "Inode\n0000000000000000 0   0          00000000 0        0        0     2        0        "
           "8       \n"));
  CHECK(found.file("packet")->bound == 1);
  CHECK(found.file("netlink")->bound == 1);
}

TEST_CASE("net_sockets: lines of TCP that make no sense are counted, and the others are kept") {
  const NetSockets found =
      parsed(file("tcp", tcp_head + "rubbish\n"
                                    "   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 4711\n"
                                    "   0: 0100007F:1F9 00000000:0000 0A 0:0 00:0 0 1000 0 4711\n"
                                    "   0: 0100007F:1F90 00000000:0000 0A\n"));
  CHECK(found.file("tcp")->unreadable == 3);
  CHECK(found.file("tcp")->listening == 1);
}

TEST_CASE("net_sockets: text that is not framed as it is written is malformed") {
  CHECK(bad(""));
  CHECK(bad("end\n"));
  CHECK(bad(file("tcp", tcp_head)));
  CHECK(bad("file tcp all 100\nend\n"));
  CHECK(bad("file tcp some 0\nend\n"));
  CHECK(bad("file sctp all 0\nend\n"));
  CHECK(bad("file tcp !ENOTHING\nend\n"));
  CHECK(bad("file tcp all 0\nfile tcp all 0\nend\n"));
  CHECK(bad("file tcp all 0\nend\nmore\n"));
}

TEST_CASE("net_sockets: of very many the first are listed, and all are counted") {
  std::string lines = tcp_head;
  for (int i = 0; i < 5000; ++i)
    fmt::format_to(std::back_inserter(lines),
                   "{:4}: 0100007F:{:04X} 00000000:0000 0A 00000000:00000000 00:00000000 "
                   "00000000  1000        0 {} 1 0000000000000000 100 0 0 10 0     \n",
                   i, i, i);
  const NetSockets found = parsed(file("tcp", lines));
  CHECK(found.inet.size() == 4096);
  CHECK(found.inet_left_out == 904);
  CHECK(found.file("tcp")->listening == 5000);
}

TEST_CASE("net_sockets: what sock_diag tells: counts, who listens where, and names that nobody can forge") {
  const NetSockets found = parsed("table tcp all listening=3 connected=2 bound=0 unbound=0 ending=1\n"
                                  "socket 127.0.0.1 8080 uid=1000 inode=4711\n"
                                  "table udp6 cut listening=0 connected=0 bound=1 unbound=0 ending=0\n"
                                  "socket :: 53 uid=0 inode=5\n"
                                  "table unix all listening=1 connected=0 bound=1 unbound=7 ending=0\n"
                                  "name listening @a\\x20b\\x0aname\\x20bound\\x20/x\n"
                                  "name bound /run/b\n" +
                                  file("packet", "head\n0000 3 3 0003\n"));
  REQUIRE(found.inet.size() == 2);
  CHECK(found.inet[0].protocol == "tcp");
  CHECK(found.inet[0].port == 8080);
  CHECK(found.inet[0].uid == 1000);
  CHECK(found.inet[0].inode == 4711);
  CHECK(ip_text(found.inet[1].address) == "::");
  CHECK(found.inet_left_out == 2); // counted, and not listed
  CHECK(found.file("tcp")->listening == 3);
  CHECK(found.file("tcp")->connected == 2);
  CHECK(found.file("tcp")->ending == 1);
  CHECK(found.file("udp6")->cut);
  CHECK_FALSE(found.whole());
  REQUIRE(found.unix_names.size() == 2);
  CHECK(found.unix_names[0].name == "@a b\nname bound /x");
  CHECK(found.unix_names[0].listening);
  CHECK_FALSE(found.unix_names[1].listening);
  CHECK(found.file("unix")->unbound == 7);
  CHECK(found.file("packet")->bound == 1);
}

TEST_CASE("net_sockets: a table of sock_diag that contradicts itself is malformed") {
  const std::string counts = " all listening=1 connected=0 bound=0 unbound=0 ending=0\n";
  const std::string listed = "socket 10.0.0.1 80 uid=0 inode=1\n";
  CHECK_FALSE(bad("table tcp" + counts + listed + "end\n"));
  CHECK(bad("table tcp" + counts + listed + listed + "end\n")); // more than were counted
  CHECK(bad("table tcp6" + counts + listed + "end\n"));         // of the other family
  CHECK(bad("table tcp" + counts + "table tcp" + counts + "end\n"));
  CHECK(bad("table packet" + counts + "end\n"));
  CHECK(bad("table tcp" + counts + "name bound /x\nend\n"));
  CHECK(bad("table unix" + counts + listed + "end\n"));
  CHECK(bad("table unix" + counts + "name bound \nend\n"));
  CHECK(bad(listed + "end\n"));
  CHECK(bad("table tcp all listening=1 connected=0 bound=0 unbound=0\nend\n"));
  CHECK(bad("table tcp all listening=-1 connected=0 bound=0 unbound=0 ending=0\nend\n"));
  CHECK(bad("table tcp" + counts + file("tcp", tcp_head) + "end\n"));
}
