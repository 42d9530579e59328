#include "network/egress.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

constexpr std::uint64_t own_ns = 4026532008, host_ns = 4026531833, proxy_ns = 4026532100,
                        other_ns = 4026532200;

IpAddress ip(const char* text) { return *parse_ip_address(text); }
IpPrefix net(const char* text) { return *parse_ip_prefix(text); }

NetExpression expression(const char* name, std::map<std::string, std::string> values) {
  return {name, true, std::move(values)};
}

NetRuleset refusing(const char* family, const char* policy) {
  NetRuleset ruleset;
  ruleset.inode = own_ns;
  NetFilterTable table;
  table.family = family;
  table.name = "fence";
  NetFilterChain chain;
  chain.name = "output";
  chain.hook = 3;
  chain.policy = policy;
  chain.type = "filter";
  table.chains.push_back(chain);
  ruleset.tables.push_back(table);
  return ruleset;
}

// A namespace with a veth pair whose other end hangs on a bridge of the host's, as container networks are.
struct Scene {
  NetConfig config;
  NetPeers peers;
  NetRuleset ruleset;
  std::map<IpAddress, int> refusals; // errno of a lookup; the others find a way where there is a route
  NamespaceView view;

  Scene() {
    config.inode = own_ns;
    config.links.push_back({1, "lo", "", 0x49, {}, {}, {}, ""});
    config.addresses.push_back({1, net("127.0.0.1/8")});
    ruleset.inode = own_ns;
    view.users.push_back({0, 0, 0, true});
    view.changes_network = view.changes_user = view.sends_frames = Answer::no;
  }

  Scene& on_bridge() {
    config.links.push_back({2, "eth0", "veth", 0x1043, 5, {}, 0, ""});
    config.addresses.push_back({2, net("10.89.77.3/24")});
    config.routes.push_back({254, net("10.89.77.0/24"), 1, 2, {}, 0, 2});
    PeerNamespace host;
    host.inode = host_ns;
    host.distance = 1;
    host.ours = true;
    host.links.push_back({5, "veth0", "veth", 0x1043, 7, 2, own_ns, false});
    host.links.push_back({7, "br0", "bridge", 0x1043, {}, {}, {}, false});
    host.addresses.push_back({7, net("10.89.77.1/24")});
    host.public4 = PublicRoute{9, ip("192.0.2.1"), 0};
    peers.namespaces.push_back(host);
    return *this;
  }

  // On the same bridge.
  Scene& with_neighbour(std::uint64_t inode, const char* address, bool leads_out) {
    const auto port = static_cast<std::uint32_t>(20 + peers.namespaces.size());
    peers.namespaces.front().links.push_back({port, "port", "veth", 0x1043, 7, 2, inode, false});
    PeerNamespace other;
    other.inode = inode;
    other.distance = 2;
    other.links.push_back({2, "eth0", "veth", 0x1043, {}, port, host_ns, false});
    other.addresses.push_back({2, net(address)});
    other.public4 = leads_out ? PublicRoute{3, ip("10.89.78.1"), 0} : PublicRoute{{}, {}, ENETUNREACH};
    peers.namespaces.push_back(other);
    return *this;
  }

  Scene& with_default(const char* to = "0.0.0.0/0") {
    NetRoute route{254, net(to), 1, 2, {}, 0, 3};
    config.routes.push_back(route);
    return *this;
  }

  NamespaceEgress judge() {
    view.config = view.config_gap.empty() ? &config : nullptr;
    view.ruleset = view.ruleset_gap.empty() ? &ruleset : nullptr;
    view.peers = view.peers_gap.empty() ? &peers : nullptr;
    view.lookup = [&](const IpAddress& to, std::uint32_t) {
      RouteLookup lookup;
      lookup.asked = true;
      if (const auto refused = refusals.find(to); refused != refusals.end()) {
        lookup.error = refused->second;
        return lookup;
      }
      for (const NetRoute& route : config.routes)
        if (route.type == 1 && route.to.contains(to)) {
          lookup.route = RouteAnswer{1, route.link, route.via, {}, route.table};
          return lookup;
        }
      lookup.error = ENETUNREACH;
      return lookup;
    };
    return namespace_egress(view);
  }
};

} // namespace

TEST_CASE("egress: loopback only is none") {
  const auto found = Scene().judge();
  CHECK(found.verdict == Egress::none);
  CHECK(found.because == "loopback only");
}

TEST_CASE("egress: a network namespace that was not seen is unknown, never none") {
  Scene scene;
  scene.view.config_gap = "it could not be asked: EPERM";
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: a part of the configuration without a route is unknown, never none") {
  Scene scene;
  scene.on_bridge();
  scene.config.error = EFBIG;
  scene.view.users.clear();
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: no route, and one neighbour that leads further, is a proxy, named by its address") {
  const auto found = Scene().on_bridge().with_neighbour(proxy_ns, "10.89.77.2/24", true).judge();
  CHECK(found.verdict == Egress::proxy);
  REQUIRE(found.proxy);
  CHECK(found.proxy->addresses.front() == ip("10.89.77.2"));
  CHECK(found.ipv4.default_route == false);
}

TEST_CASE("egress: neighbours that lead nowhere leave the one that does alone") {
  const auto found = Scene()
                         .on_bridge()
                         .with_neighbour(proxy_ns, "10.89.77.2/24", true)
                         .with_neighbour(other_ns, "10.89.77.9/24", false)
                         .judge();
  CHECK(found.verdict == Egress::proxy);
  CHECK(found.neighbourhood.neighbours.size() == 3);
}

TEST_CASE("egress: two neighbours that lead further are more than a proxy") {
  const auto found = Scene()
                         .on_bridge()
                         .with_neighbour(proxy_ns, "10.89.77.2/24", true)
                         .with_neighbour(other_ns, "10.89.77.9/24", true)
                         .judge();
  CHECK(found.verdict == Egress::filtered);
  CHECK_FALSE(found.proxy);
}

TEST_CASE("egress: no route and nobody who leads further is none, though the host holds the bridge") {
  CHECK(Scene().on_bridge().judge().verdict == Egress::none);
  CHECK(Scene().on_bridge().with_neighbour(other_ns, "10.89.77.9/24", false).judge().verdict == Egress::none);
}

TEST_CASE("egress: a service that the host has bound to the address of the bridge is a way out, a resolver "
          "is none") {
  Scene scene;
  scene.on_bridge();
  scene.peers.namespaces.front().listens.push_back({"tcp", ip("10.89.77.1"), 53});
  scene.peers.namespaces.front().listens.push_back({"tcp", ip("0.0.0.0"), 22});
  CHECK(scene.judge().verdict == Egress::none);
  scene.peers.namespaces.front().listens.push_back({"tcp", ip("10.89.77.1"), 3128});
  const auto found = scene.judge();
  CHECK(found.verdict == Egress::proxy);
  CHECK(found.proxy->gateway);
}

TEST_CASE("egress: neighbours that were not seen are unknown, never none and never a proxy") {
  Scene scene;
  scene.on_bridge().with_neighbour(proxy_ns, "10.89.77.2/24", true);
  scene.view.peers_gap = "refused";
  CHECK(scene.judge().verdict == Egress::unknown);
  Scene torn; // the other end itself was not found
  torn.on_bridge();
  torn.peers.namespaces.clear();
  torn.peers.error = ETIMEDOUT;
  CHECK(torn.judge().verdict == Egress::unknown);
  Scene lost;
  lost.on_bridge().with_neighbour(proxy_ns, "10.89.77.2/24", true);
  lost.peers.namespaces.front().links.push_back({40, "veth9", "veth", 0x1043, 7, 2, {}, true});
  CHECK(lost.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: namespaces that were not looked through hide nobody where every port of the bridge leads "
          "to one that was") {
  Scene scene;
  scene.on_bridge().with_neighbour(proxy_ns, "10.89.77.2/24", true);
  scene.peers.error = EACCES;
  CHECK(scene.judge().verdict == Egress::proxy);
}

TEST_CASE("egress: a namespace at the other end of the pair, which is not the host's, leads out by itself") {
  Scene scene;
  scene.on_bridge();
  PeerNamespace& other = scene.peers.namespaces.front();
  other.links.front().master.reset();
  other.addresses.front().link = 5;
  CHECK(scene.judge().verdict == Egress::none); // the host
  other.ours = false;
  CHECK(scene.judge().verdict == Egress::proxy);
}

TEST_CASE("egress: a bridge that goes on at a network card has members that nobody sees") {
  Scene scene;
  scene.on_bridge();
  scene.peers.namespaces.front().links.push_back({41, "enp1s0", "", 0x1043, 7, {}, {}, false});
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: an interface of another kind without a route is unknown: who is there cannot be seen") {
  Scene scene;
  scene.config.links.push_back({2, "wg0", "wireguard", 0x1043, {}, {}, {}, ""});
  CHECK(scene.judge().verdict == Egress::unknown);
  scene.config.links.back().flags = 0x1002; // down
  CHECK(scene.judge().verdict == Egress::none);
  scene.config.links.back() = {2, "dummy0", "dummy", 0x1043, {}, {}, {}, ""};
  CHECK(scene.judge().verdict == Egress::none);
}

TEST_CASE("egress: a default route and no rule is open, in whatever table it is and however it is cut") {
  CHECK(Scene().on_bridge().with_default().judge().verdict == Egress::open);
  Scene halves;
  halves.on_bridge().with_default("0.0.0.0/1").with_default("128.0.0.0/1");
  CHECK(halves.judge().verdict == Egress::open);
  CHECK(halves.judge().ipv4.default_route == true);
  Scene table;
  table.on_bridge().with_default();
  table.config.routes.back().table = 100;
  CHECK(table.judge().verdict == Egress::open);
}

TEST_CASE("egress: a route to one public network alone is filtered") {
  Scene scene;
  scene.on_bridge().with_default("8.8.8.0/24");
  const auto found = scene.judge();
  CHECK(found.verdict == Egress::filtered);
  CHECK(found.ipv4.default_route == false);
}

TEST_CASE("egress: a route to a private network leads to nobody public") {
  CHECK(Scene().on_bridge().with_default("10.0.0.0/8").judge().verdict == Egress::none);
}

TEST_CASE("egress: a route by which the kernel sends nothing for this user is no way out") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.refusals[ip("1.1.1.1")] = ENETUNREACH; // a rule of policy routing
  CHECK(scene.judge().verdict == Egress::none);
}

TEST_CASE("egress: a rule of policy routing that leads out for some packets alone leaves it unknown") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.config.routes.back().table = 100;
  scene.refusals[ip("1.1.1.1")] = ENETUNREACH;
  CHECK(scene.judge().verdict == Egress::none); // no rule leads there
  NetRule rule;
  rule.action = 1;
  rule.table = 100;
  rule.mark = 7;
  scene.config.rules.push_back(rule);
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: a lookup that was not answered is unknown") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.refusals[ip("1.1.1.1")] = EPERM;
  const auto found = scene.judge();
  CHECK(found.verdict == Egress::unknown);
  CHECK(found.ipv4.default_route == true);
}

TEST_CASE("egress: a way out whose rules were not seen is unknown") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.view.ruleset_gap = "EPERM";
  CHECK(scene.judge().verdict == Egress::unknown);
  Scene part;
  part.on_bridge().with_default();
  part.ruleset.error = EFBIG;
  CHECK(part.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: rules that drop what is sent are filtered, and IPv6 that they forget is open") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.ruleset = refusing("ip", "drop");
  CHECK(scene.judge().verdict == Egress::filtered);
  scene.with_default("::/0");
  const auto found = scene.judge();
  CHECK(found.ipv4.verdict == Egress::filtered);
  CHECK(found.ipv6.verdict == Egress::open);
  CHECK(found.verdict == Egress::open);
  scene.ruleset = refusing("inet", "drop");
  CHECK(scene.judge().verdict == Egress::filtered);
}

TEST_CASE("egress: who may change the network, or go around its rules, is held by nothing") {
  const auto filtered = [](auto&& change) {
    Scene scene;
    scene.on_bridge().with_default();
    scene.ruleset = refusing("inet", "drop");
    change(scene.view);
    return scene.judge().verdict;
  };
  CHECK(filtered([](NamespaceView& view) { view.changes_network = Answer::yes; }) == Egress::open);
  CHECK(filtered([](NamespaceView& view) { view.changes_network = Answer::unknown; }) == Egress::unknown);
  CHECK(filtered([](NamespaceView& view) { view.sends_frames = Answer::yes; }) == Egress::open);
  CHECK(filtered([](NamespaceView& view) { view.sends_frames = Answer::unknown; }) == Egress::unknown);
  // Without a rule about users, to be another one changes nothing.
  CHECK(filtered([](NamespaceView& view) { view.changes_user = Answer::yes; }) == Egress::filtered);
  Scene proxy;
  proxy.on_bridge().with_neighbour(proxy_ns, "10.89.77.2/24", true);
  proxy.view.changes_network = Answer::yes;
  CHECK(proxy.judge().verdict == Egress::open);
  Scene alone; // there is nothing to change anything about
  alone.view.changes_network = Answer::yes;
  CHECK(alone.judge().verdict == Egress::none);
}

TEST_CASE(
    "egress: a rule that decides by the user is followed, and who may become another user is not held") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.ruleset = refusing("inet", "drop");
  NetFilterRule rule;
  rule.expressions = {expression("meta", {{"key", "10"}, {"dreg", "1"}}), // NFT_META_SKUID
                      expression("cmp", {{"op", "0"}, {"sreg", "1"}, {"data", "39050000"}}),
                      expression("immediate", {{"dreg", "0"}, {"verdict", "accept"}, {"chain", "-"}})};
  scene.ruleset.tables.front().chains.front().rules.push_back(rule);
  scene.view.users = {{1000, 1000, 1000, true}};
  CHECK(scene.judge().verdict == Egress::filtered);
  scene.view.users = {{1337, 1337, 1337, true}};
  CHECK(scene.judge().verdict == Egress::open);
  scene.view.users = {{1000, 1000, 1000, true}};
  scene.view.changes_user = Answer::yes;
  CHECK(scene.judge().verdict == Egress::open);
  scene.view.changes_user = Answer::no;
  scene.view.users = {{1000, 1000, 1000, false}}; // by which number the rules know him was not seen
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: the user that lets out most decides") {
  Scene scene;
  scene.on_bridge().with_default();
  scene.view.users.clear();
  CHECK(scene.judge().verdict == Egress::unknown);
}

TEST_CASE("egress: calls that another process answers are a way out that it decides on") {
  Scene scene;
  scene.view.brokered = true;
  CHECK(scene.judge().verdict == Egress::proxy);
}

TEST_CASE("egress: the widest of several is what counts, and what was not seen hides nothing that was") {
  CHECK(widest(Egress::none, Egress::proxy) == Egress::proxy);
  CHECK(widest(Egress::filtered, Egress::unknown) == Egress::unknown);
  CHECK(widest(Egress::unknown, Egress::open) == Egress::open);
  CHECK(widest(Egress::host, Egress::open) == Egress::host);
}
