#include "parse/net_peers.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string begin =
    "netns 4026531833 distance=1 ours=1 processes=412 pid=1 comm=systemd cgroup=/init.scope name=-\n";
const std::string last = "searched 38 end ok\n";

NetPeers read(const std::string& text) {
  const auto peers = parse_net_peers(text);
  INFO((peers ? "" : peers.error().what));
  REQUIRE(peers);
  return *peers;
}

PeerNamespace one(const std::string& lines) {
  const NetPeers peers = read(begin + lines + "end ok\n" + last);
  REQUIRE(peers.namespaces.size() == 1);
  return peers.namespaces[0];
}

bool bad(const std::string& text) { return !parse_net_peers(text).has_value(); }

} // namespace

TEST_CASE("net_peers: nobody on the other side, and how far that was looked for") {
  CHECK(read(last).namespaces.empty());
  CHECK(read(last).searched == 38);
  CHECK(read(last).error == 0);
  CHECK(read("searched 5 end !EACCES\n").error == EACCES);
}

TEST_CASE("net_peers: who lives there") {
  const NetPeers peers =
      read(begin +
           "end ok\nnetns 4026532100 distance=2 ours=0 processes=0 pid=- comm=- cgroup=- name=a\\x20b\nend "
           "!EPERM\n" +
           last);
  REQUIRE(peers.namespaces.size() == 2);
  CHECK(peers.namespaces[0].inode == 4026531833);
  CHECK(peers.namespaces[0].distance == 1);
  CHECK(peers.namespaces[0].ours);
  CHECK(peers.namespaces[0].processes == 412);
  CHECK(peers.namespaces[0].pid == 1);
  CHECK(peers.namespaces[0].comm == "systemd");
  CHECK(peers.namespaces[0].cgroup == "/init.scope");
  CHECK(peers.namespaces[0].name.empty());
  CHECK(peers.namespaces[1].distance == 2);
  CHECK_FALSE(peers.namespaces[1].ours);
  CHECK_FALSE(peers.namespaces[1].pid);
  CHECK(peers.namespaces[1].comm.empty());
  CHECK(peers.namespaces[1].name == "a b");
  CHECK(peers.namespaces[1].error == EPERM);
}

TEST_CASE("net_peers: links, and where their other ends are") {
  const auto at = one("other_end 4026532008 link=2 here=5\nother_end 4026532008 link=3 here=-\n"
                      "link 5 name=veth\\x0a0 kind=veth flags=0x1043 master=7 peer=2 peer_netns=4026532008\n"
                      "link 6 name=veth1 kind=veth flags=0x1043 master=7 peer=2 peer_netns=?\n"
                      "link 7 name=podman1 kind=bridge flags=0x1043 master=- peer=- peer_netns=-\n"
                      "address 7 10.89.77.1/24\n");
  REQUIRE(at.ends.size() == 2);
  CHECK(at.ends[0].from == 4026532008);
  CHECK(at.ends[0].link == 2);
  CHECK(at.ends[0].here == 5U);
  CHECK_FALSE(at.ends[1].here);
  REQUIRE(at.links.size() == 3);
  CHECK(at.links[0].name == "veth\n0");
  CHECK(at.links[0].master == 7U);
  CHECK(at.links[0].peer == 2U);
  CHECK(at.links[0].peer_netns == 4026532008U);
  CHECK_FALSE(at.links[0].peer_unseen);
  CHECK(at.links[1].peer_unseen);
  CHECK_FALSE(at.links[1].peer_netns);
  CHECK(at.links[2].kind == "bridge");
  CHECK_FALSE(at.links[2].peer_unseen);
  REQUIRE(at.addresses.size() == 1);
  CHECK(ip_text(at.addresses[0].prefix) == "10.89.77.1/24");
}

TEST_CASE("net_peers: where it sends to, what it forwards, what listens") {
  const auto at =
      one("public 4 link=4 via=192.0.2.1\npublic 6 !ENETUNREACH\nforwards 4 1\nforwards 6 !ENOENT\n"
          "listens tcp 0.0.0.0 22\nlistens udp :: 53\n");
  CHECK(at.public4->link == 4U);
  CHECK(ip_text(*at.public4->via) == "192.0.2.1");
  CHECK(at.public4->error == 0);
  CHECK(at.public6->error == ENETUNREACH);
  CHECK(at.forwards4 == true);
  CHECK_FALSE(at.forwards6);
  REQUIRE(at.listens.size() == 2);
  CHECK(at.listens[0].protocol == "tcp");
  CHECK(at.listens[0].port == 22);
  CHECK(at.listens[1].address.v6);
  CHECK_FALSE(one("").public4);
  CHECK_FALSE(one("").forwards4);
}

TEST_CASE("net_peers: text that is no list of namespaces is malformed") {
  for (const char* line : {
           "\n",
           "other_end 4026532008 link=2\n",
           "other_end x link=2 here=5\n",
           "link 5 name= kind=veth flags=0x1 master=- peer=2 peer_netns=-\n",
           "link 5 name=a kind=veth flags=0x1 master=- peer=2 peer_netns=x\n",
           "link 5 name=a kind=veth flags=0x1 master=- peer=2\n",
           "link 5 name=a kind=veth flags=0x1 peer=2 master=- peer_netns=-\n",
           "address 7 10.89.77.1\n",
           "public 5 !ENETUNREACH\n",
           "public 4 ENETUNREACH\n",
           "public 4 link=4\n",
           "public 4 link=4 via=-\npublic 4 link=4 via=-\n",
           "forwards 4 2\n",
           "forwards 4 !EWHAT\n",
           "forwards 4 0\nforwards 4 0\n",
           "listens sctp 0.0.0.0 22\n",
           "listens tcp 0.0.0.0 65536\n",
           "listens tcp 0.0.0.0\n",
           "listens tcp 0.0.0.0 22 x\n",
           "other x\n",
           "searched 1 end ok\n",
           "netns 4026531834 distance=1 ours=0 processes=1 pid=2 comm=a cgroup=- name=-\n",
       }) {
    CAPTURE(line);
    CHECK(bad(begin + line + "end ok\n" + last));
  }
  for (const char* line : {"netns 0 distance=1 ours=0 processes=1 pid=2 comm=a cgroup=- name=-\n",
                           "netns 5 distance=0 ours=0 processes=1 pid=2 comm=a cgroup=- name=-\n",
                           "netns 5 distance=3 ours=0 processes=1 pid=2 comm=a cgroup=- name=-\n",
                           "netns 5 distance=1 ours=no processes=1 pid=2 comm=a cgroup=- name=-\n",
                           "netns 5 distance=1 ours=0 processes=1 pid=x comm=a cgroup=- name=-\n",
                           "netns 5 distance=1 ours=0 processes=1 pid=2 comm= cgroup=- name=-\n",
                           "netns 5 distance=1 ours=0 processes=1 pid=2 comm=a cgroup=-\n"}) {
    CAPTURE(line);
    CHECK(bad(line + std::string("end ok\n") + last));
  }
}

TEST_CASE("net_peers: a text that does not end, or tells a namespace twice, is malformed") {
  CHECK(bad(""));
  CHECK(bad(begin));
  CHECK(bad(begin + "end ok\n"));
  CHECK(bad(begin + last));
  CHECK(bad("searched 38 end o"));
  CHECK(bad("searched 38 end ok"));
  CHECK(bad("searched 38\n"));
  CHECK(bad("searched 38 ok\n"));
  CHECK(bad(last + last));
  CHECK(bad(last + begin + "end ok\n"));
  CHECK(bad(begin + "end ok\n" + begin + "end ok\n" + last));
}
