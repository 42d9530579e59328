#include "kernel/live_net_peers.h"

#include "net_stage.h"
#include "parse/net_peers.h"

#include <algorithm>
#include <chrono>
#include <dirent.h>
#include <memory>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

using namespace sbx;

namespace {

NetPeers peers(const std::string& text) {
  INFO(text);
  const auto parsed = parse_net_peers(text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  return *parsed;
}

std::string read(const ProcTarget& target) {
  const Reading text = read_net_peers(target);
  return text ? *text : "refused " + std::to_string(text.error().error);
}

std::uint64_t network_of(pid_t pid) {
  struct stat status {};
  return stat(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), &status) == 0 ? status.st_ino : 0;
}

const PeerNamespace* at_inode(const NetPeers& peers, std::uint64_t inode) {
  for (const PeerNamespace& at : peers.namespaces)
    if (at.inode == inode)
      return &at;
  return nullptr;
}

const PeerLink* link_named(const PeerNamespace& at, const std::string& name) {
  for (const PeerLink& link : at.links)
    if (link.name == name)
      return &link;
  return nullptr;
}

bool listens(const PeerNamespace& at, const std::string& protocol, const std::string& address,
             std::uint16_t port) {
  return std::any_of(at.listens.begin(), at.listens.end(), [&](const PeerListen& it) {
    return it.protocol == protocol && ip_text(it.address) == address && it.port == port;
  });
}

// EACCES where some process hides its namespaces even from root, as one with more capabilities does.
int unseen_processes() {
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), closedir);
  while (const dirent* entry = proc ? readdir(proc.get()) : nullptr) {
    const std::string link = "/proc/" + std::string(entry->d_name) + "/ns/net";
    char text[64];
    if (std::atoi(entry->d_name) > 0 && readlink(link.c_str(), text, sizeof text) < 0 && errno == EACCES &&
        access(link.substr(0, link.size() - 4).c_str(), F_OK) == 0)
      return EACCES;
  }
  return 0;
}

bool listen_at(int type, std::uint16_t port) {
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  const int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0); // stays open
  return fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0 &&
         (type == SOCK_DGRAM || listen(fd, 8) == 0);
}

// As a container of an internal network: a link to a port of the bridge of the inspector's.
bool plug(pid_t pid, const std::string& port) {
  return ip("link add " + port + " type veth peer name eth0 netns " + std::to_string(pid)) &&
         ip("link set " + port + " master br0 up");
}

std::string own_and(const StagedTarget& one, const StagedTarget& other, const std::string& text) {
  return std::to_string(network_of(getpid())) + " " + std::to_string(network_of(one.pid())) + " " +
         std::to_string(network_of(other.pid())) + "\n" + text;
}

} // namespace

TEST_CASE("live_net_peers: a bridge of ours, and who else hangs on it") {
  const std::string text = as_inspector([] {
    if (!ips({"link add br0 type bridge", "address add 10.9.0.254/24 dev br0", "link set br0 up"}) ||
        !write_sysctl("/proc/sys/net/ipv4/ip_forward", "1") || !listen_at(SOCK_STREAM, 22))
      return std::string("inspector");
    const StagedTarget agent([] { return own_network(); });
    const StagedTarget proxy(
        [] { return own_network() && listen_at(SOCK_STREAM, 3128) && listen_at(SOCK_DGRAM, 53); });
    const StagedTarget stranger([] { return own_network(); });
    if (!agent || !proxy || !stranger || !plug(agent.pid(), "p1") || !plug(proxy.pid(), "p2"))
      return std::string("ports");
    // Has a link to us as well, but on no bridge.
    if (!ip("link add p3 type veth peer name eth0 netns " + std::to_string(stranger.pid())))
      return std::string("stranger");
    return own_and(agent, proxy, read(agent.target()));
  });
  std::istringstream stream(text);
  std::uint64_t own = 0, agent = 0, proxy = 0;
  stream >> own >> agent >> proxy;
  INFO(text);
  REQUIRE(proxy != 0);
  const NetPeers found = peers(text.substr(text.find('\n') + 1));
  CHECK(found.error == unseen_processes());
  CHECK(found.searched >= 4);
  REQUIRE(found.namespaces.size() == 2);

  const PeerNamespace* ours = at_inode(found, own);
  REQUIRE(ours);
  CHECK(ours->error == 0);
  CHECK(ours->distance == 1);
  CHECK(ours->ours);
  CHECK(ours->processes >= 1);
  CHECK(ours->forwards4 == true);
  CHECK(ours->forwards6 == false);
  CHECK(ours->public4->error == ENETUNREACH);
  CHECK(ours->public6->error == ENETUNREACH);
  CHECK(listens(*ours, "tcp", "::", 22));
  const PeerLink* p1 = link_named(*ours, "p1");
  const PeerLink* br0 = link_named(*ours, "br0");
  REQUIRE(p1);
  REQUIRE(br0);
  CHECK(p1->peer_netns == agent);
  CHECK(p1->master == br0->index);
  CHECK(br0->kind == "bridge");
  CHECK(link_named(*ours, "p2")->peer_netns == proxy);
  CHECK_FALSE(link_named(*ours, "p3")->master);
  REQUIRE(ours->ends.size() == 1);
  CHECK(ours->ends[0].from == agent);
  CHECK(ours->ends[0].link == p1->peer);
  CHECK(ours->ends[0].here == p1->index);
  CHECK(std::any_of(ours->addresses.begin(), ours->addresses.end(), [&](const NetAddress& it) {
    return it.link == br0->index && ip_text(it.prefix) == "10.9.0.254/24";
  }));

  const PeerNamespace* other = at_inode(found, proxy);
  REQUIRE(other);
  CHECK(other->error == 0);
  CHECK(other->distance == 2);
  CHECK_FALSE(other->ours);
  CHECK(other->processes == 1);
  CHECK(other->comm == "unit-tests");
  CHECK(other->forwards4 == false);
  CHECK(listens(*other, "tcp", "::", 3128));
  CHECK(listens(*other, "udp", "::", 53));
  CHECK_FALSE(listens(*other, "tcp", "::", 22));
  REQUIRE(other->ends.size() == 1);
  CHECK(other->ends[0].from == own);
  CHECK(other->ends[0].link == link_named(*ours, "p2")->index);
  CHECK(link_named(*other, "eth0")->peer_netns == own);
  CHECK(link_named(*other, "eth0")->index == other->ends[0].here);
}

TEST_CASE("live_net_peers: the other end may be in a namespace of somebody else, with a way out") {
  const StagedTarget router([] { return own_network(); });
  SBX_STAGED_OR_RETURN(router);
  const StagedTarget agent([&] {
    return own_network() && ip("link add near type veth peer name far netns " + std::to_string(router.pid()));
  });
  SBX_STAGED_OR_RETURN(agent);
  const bool made =
      as_inspector([&] {
        const int ns = open(("/proc/" + std::to_string(router.pid()) + "/ns/net").c_str(), O_RDONLY);
        const bool joined = setns(ns, CLONE_NEWNET) == 0;
        return std::string(
            joined && ips({"link add wan type veth peer name isp", "address add 192.0.2.9/24 dev wan",
                           "link set wan up", "link set isp up", "link set far up",
                           "route add default via 192.0.2.1"})
                ? "y"
                : "n");
      }) == "y";
  REQUIRE(made);
  const NetPeers found = peers(read(agent.target()));
  CHECK(found.error == unseen_processes());
  REQUIRE(found.namespaces.size() == 1);
  const PeerNamespace& far = found.namespaces[0];
  CHECK(far.inode == network_of(router.pid()));
  CHECK(far.pid == router.pid());
  CHECK_FALSE(far.ours);
  CHECK(far.public4->error == 0);
  CHECK(ip_text(*far.public4->via) == "192.0.2.1");
  CHECK(far.public4->link == link_named(far, "wan")->index);
  CHECK(link_named(far, "far")->peer_netns == network_of(agent.pid()));
  CHECK(link_named(far, "wan")->peer_netns == far.inode); // its other end is in the same one
}

TEST_CASE("live_net_peers: a macvlan leads to where its parent is") {
  const StagedTarget above([] { return own_network(); });
  SBX_STAGED_OR_RETURN(above);
  const StagedTarget agent([&] {
    const int ns = open(("/proc/" + std::to_string(above.pid()) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
    return own_network() && setns(ns, CLONE_NEWNET) == 0 &&
           ips({"link add wan type veth peer name isp", "link set wan up"}) && unshare(CLONE_NEWNET) == 0;
  });
  SBX_STAGED_OR_RETURN(agent);
  const std::string into = " netns " + std::to_string(agent.pid());
  REQUIRE(as_inspector([&] {
            const int ns = open(("/proc/" + std::to_string(above.pid()) + "/ns/net").c_str(), O_RDONLY);
            return std::string(setns(ns, CLONE_NEWNET) == 0 &&
                                       ip("link add link wan name mv" + into + " type macvlan mode bridge")
                                   ? "y"
                                   : "n");
          }) == "y");
  const NetPeers found = peers(read(agent.target()));
  REQUIRE(found.namespaces.size() == 1);
  const PeerNamespace& far = found.namespaces[0];
  CHECK(far.inode == network_of(above.pid()));
  CHECK(far.distance == 1);
  REQUIRE(far.ends.size() == 1);
  CHECK(far.ends[0].here == link_named(far, "wan")->index);
}

TEST_CASE("live_net_peers: a namespace that nobody lives in is found by its mount, and else not") {
  const std::string text = as_inspector([&] {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("t", "/run", "tmpfs", 0, nullptr) != 0 || !ip("netns add kept"))
      return std::string();
    const StagedTarget agent([] { return own_network(); });
    if (!agent || !ip("-n kept link add far type veth peer name near netns " + std::to_string(agent.pid())))
      return std::string();
    const std::string with = read(agent.target());
    if (umount2("/run/netns/kept", MNT_DETACH) != 0 || symlink("/etc/passwd", "/run/netns/link") != 0)
      return std::string();
    return with + "--\n" + read(agent.target());
  });
  const std::size_t cut = text.find("--\n");
  INFO(text);
  REQUIRE(cut != text.npos);
  const NetPeers found = peers(text.substr(0, cut));
  REQUIRE(found.namespaces.size() == 1);
  CHECK(found.namespaces[0].name == "kept");
  CHECK(found.namespaces[0].processes == 0);
  CHECK_FALSE(found.namespaces[0].pid);
  CHECK(link_named(found.namespaces[0], "far"));
  CHECK(peers(text.substr(cut + 3)).namespaces.empty());
}

TEST_CASE("live_net_peers: without another end nobody is searched for") {
  const StagedTarget alone([] { return own_network() && ip("link add v0 type veth peer name v1"); });
  SBX_STAGED_OR_RETURN(alone);
  CHECK(read(alone.target()) == "searched 0 end ok\n");
}

TEST_CASE("live_net_peers: in the inspector's own network namespace nothing is asked") {
  const StagedTarget same([] { return true; });
  SBX_STAGED_OR_RETURN(same);
  CHECK(read_net_peers(same.target()).error().error == ENODATA);
}

TEST_CASE("live_net_peers: who may not join has searched nothing, and says why") {
  const StagedTarget agent([] { return own_network(); });
  SBX_STAGED_OR_RETURN(agent);
  const std::string text = as_inspector(
      [&] {
        const ProcTarget target = agent.target();
        return setresuid(65534, 65534, 65534) == 0 ? read(target) : std::string();
      },
      false);
  CHECK(peers(text).namespaces.empty());
  CHECK(peers(text).searched == 0);
  CHECK(peers(text).error == EACCES);
}

TEST_CASE("live_net_peers: forty namespaces on a bridge, five hundred processes", "[.bench]") {
  const std::string text = as_inspector([] {
    if (!ips({"link add br0 type bridge", "link set br0 up"}))
      return std::string();
    std::vector<std::unique_ptr<StagedTarget>> staged, idle;
    for (int i = 0; i < 40; ++i) {
      staged.push_back(std::make_unique<StagedTarget>([] { return own_network(); }));
      if (!plug(staged.back()->pid(), "p" + std::to_string(i)))
        return std::string();
    }
    for (int i = 0; i < 460; ++i)
      idle.push_back(std::make_unique<StagedTarget>([] { return true; }));
    std::string times;
    for (int round = 0; round < 10; ++round) {
      rusage before{}, after{};
      getrusage(RUSAGE_CHILDREN, &before);
      const auto begun = std::chrono::steady_clock::now();
      const std::string found = read(staged[0]->target());
      const auto took = std::chrono::steady_clock::now() - begun;
      getrusage(RUSAGE_CHILDREN, &after);
      const auto spent = [](const timeval& from, const timeval& to) {
        return (to.tv_sec - from.tv_sec) * 1'000'000 + to.tv_usec - from.tv_usec;
      };
      times += std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count()) +
               " us, of the child's own " + std::to_string(spent(before.ru_utime, after.ru_utime)) + " + " +
               std::to_string(spent(before.ru_stime, after.ru_stime)) + " us, " +
               std::to_string(peers(found).namespaces.size()) + " namespaces\n";
    }
    return times;
  });
  WARN(text);
}
