#include "kernel/live_net_config.h"

#include "kernel/live_net_lookups.h"
#include "kernel/net_namespaces.h"
#include "net_stage.h"
#include "parse/net_config.h"
#include "parse/route_lookups.h"

#include <algorithm>
#include <pthread.h>
#include <sys/prctl.h>

using namespace sbx;

namespace {

std::vector<NetConfig> configs(const Reading& text) {
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  const auto parsed = parse_net_config(*text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  return *parsed;
}

NetConfig config(const ProcTarget& target) {
  const auto all = configs(read_net_config(target));
  REQUIRE(all.size() == 1);
  return all[0];
}

std::vector<RouteLookup> lookups(const ProcTarget& target, const std::vector<std::string>& questions) {
  const Reading text = read_net_lookups(target, questions);
  REQUIRE(text);
  const auto parsed = parse_route_lookups(*text);
  INFO(*text << (parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  REQUIRE(parsed->size() == questions.size());
  return *parsed;
}

const NetLink& link_named(const NetConfig& config, const std::string& name) {
  const auto it = std::find_if(config.links.begin(), config.links.end(),
                               [&](const NetLink& link) { return link.name == name; });
  REQUIRE(it != config.links.end());
  return *it;
}

std::vector<NetRoute> routes_to(const NetConfig& config, const std::string& prefix) {
  std::vector<NetRoute> found;
  for (const NetRoute& route : config.routes)
    if (ip_text(route.to) == prefix)
      found.push_back(route);
  return found;
}

bool has_address(const NetConfig& config, std::uint32_t link, const std::string& prefix) {
  return std::any_of(config.addresses.begin(), config.addresses.end(), [&](const NetAddress& address) {
    return address.link == link && ip_text(address.prefix) == prefix;
  });
}

bool two_links() {
  return own_network() && ips({"link add v0 address 02:00:00:00:00:01 type veth peer name v1",
                               "address add 10.9.0.1/24 dev v0", "-6 address add fd09::1/64 dev v0 nodad",
                               "link set v0 up", "link set v1 up"});
}

} // namespace

TEST_CASE("live_net_config: nothing but loopback") {
  const StagedTarget staged([] { return own_network(); });
  SBX_STAGED_OR_RETURN(staged);
  const NetConfig at = config(staged.target());
  CHECK(at.error == 0);
  CHECK(at.tid == staged.pid());
  REQUIRE(at.links.size() == 1);
  CHECK(at.links[0].loopback());
  CHECK(at.links[0].up());
  CHECK(has_address(at, 1, "127.0.0.1/8"));
  CHECK(has_address(at, 1, "::1/128"));
  CHECK(std::none_of(at.routes.begin(), at.routes.end(), [](const NetRoute& it) { return it.is_default(); }));
  CHECK(at.rules.size() == 5);
  CHECK(at.sysctls.at("ipv4/ip_forward") == "0");
  CHECK(at.sysctls.size() == 5);
}

TEST_CASE("live_net_config: links, addresses, routes of every kind, rules and neighbours") {
  const StagedTarget staged([] {
    return two_links() &&
           ips({"link add br0 type bridge",
                "link set v1 master br0",
                "route add default via 10.9.0.254",
                "route add 10.20.0.0/16 via 10.9.0.2 dev v0 metric 77 proto static",
                "route add blackhole 10.21.0.0/16",
                "route add prohibit 10.22.0.0/16",
                "route add unreachable 10.23.0.0/16",
                "route add 10.24.0.0/16 nexthop via 10.9.0.2 dev v0 nexthop via 10.9.0.3 dev v0",
                "route add 10.25.0.0/16 via 10.9.0.4 table 100",
                "route add 10.26.0.0/16 via inet6 fd09::9 dev v0",
                "nexthop add id 5 via 10.9.0.5 dev v0",
                "nexthop add id 6 via 10.9.0.6 dev v0",
                "nexthop add id 7 group 5/6",
                "route add 10.27.0.0/16 nhid 7",
                "-6 route add default via fd09::fe metric 300",
                "-6 route add 2001:db8::/32 from fd09::/64 via fd09::2 dev v0",
                "rule add priority 50 uidrange 1000-1999 lookup 100",
                "rule add priority 60 from 10.9.0.0/24 to 10.1.0.0/16 iif v0 fwmark 0x10 lookup 7777",
                "rule add priority 70 not oif nosuch prohibit",
                "rule add priority 80 ipproto tcp dport 443 lookup main suppress_prefixlength 0",
                "neighbour add 10.9.0.254 lladdr 02:00:00:00:00:fe dev v0"}) &&
           write_sysctl("/proc/sys/net/ipv4/ip_forward", "1") &&
           write_sysctl("/proc/sys/net/ipv4/nexthop_compat_mode", "0");
  });
  SBX_STAGED_OR_RETURN(staged);
  const NetConfig at = config(staged.target());
  CHECK(at.error == 0);
  const NetLink v0 = link_named(at, "v0"), v1 = link_named(at, "v1");
  CHECK(v0.kind == "veth");
  CHECK(v0.mac == "02:00:00:00:00:01");
  CHECK(v0.up());
  CHECK(v0.peer == v1.index);
  CHECK_FALSE(v0.peer_netns);
  CHECK(v1.master == link_named(at, "br0").index);
  CHECK(link_named(at, "br0").kind == "bridge");
  CHECK_FALSE(link_named(at, "br0").up());
  CHECK(has_address(at, v0.index, "10.9.0.1/24"));
  CHECK(has_address(at, v0.index, "fd09::1/64"));

  const auto only = [&](const char* to) {
    const auto routes = routes_to(at, to);
    CAPTURE(to);
    REQUIRE(routes.size() == 1);
    return routes[0];
  };
  CHECK(only("0.0.0.0/0").is_default());
  CHECK(ip_text(*only("0.0.0.0/0").via) == "10.9.0.254");
  CHECK(only("0.0.0.0/0").link == v0.index);
  CHECK(only("10.20.0.0/16").metric == 77);
  CHECK(only("10.20.0.0/16").protocol == 4);
  CHECK(only("10.20.0.0/16").table == 254);
  CHECK(only("10.21.0.0/16").type == 6);
  CHECK(only("10.22.0.0/16").type == 8);
  CHECK(only("10.23.0.0/16").type == 7);
  CHECK(only("10.25.0.0/16").table == 100);
  CHECK(ip_text(*only("10.26.0.0/16").via) == "fd09::9");
  CHECK(ip_text(*only("::/0").via) == "fd09::fe");
  CHECK(only("::/0").metric == 300);
  CHECK(ip_text(*only("2001:db8::/32").from) == "fd09::/64");
  CHECK(only("127.0.0.1/32").table == 255);
  CHECK(only("127.0.0.1/32").type == 2);
  for (const auto& [to, first, second] : {std::tuple("10.24.0.0/16", "10.9.0.2", "10.9.0.3"),
                                          std::tuple("10.27.0.0/16", "10.9.0.5", "10.9.0.6")}) {
    const auto hops = routes_to(at, to);
    CAPTURE(to);
    REQUIRE(hops.size() == 2);
    CHECK(ip_text(*hops[0].via) == first);
    CHECK(ip_text(*hops[1].via) == second);
    CHECK(hops[0].link == v0.index);
  }

  const auto rule = [&](std::uint32_t priority) {
    for (const NetRule& it : at.rules)
      if (it.priority == priority && !it.v6)
        return it;
    FAIL("no rule " << priority);
    return NetRule();
  };
  CHECK(rule(50).uids == std::pair(1000U, 1999U));
  CHECK(rule(50).table == 100);
  CHECK(rule(50).action == 1);
  CHECK(rule(50).also.empty());
  CHECK(ip_text(*rule(60).from) == "10.9.0.0/24");
  CHECK(ip_text(*rule(60).to) == "10.1.0.0/16");
  CHECK(rule(60).iif == "v0");
  CHECK(rule(60).mark == 16U);
  CHECK(rule(60).table == 7777);
  CHECK(rule(60).also.empty());
  CHECK(rule(70).oif == "nosuch");
  CHECK(rule(70).invert);
  CHECK(rule(70).action == 8);
  CHECK(rule(70).also == "detached");
  CHECK(rule(80).also == "ipproto,dport,suppress_prefixlength");
  CHECK_FALSE(rule(80).uids);

  const bool known = std::any_of(at.neighbours.begin(), at.neighbours.end(), [&](const NetNeighbour& it) {
    return it.link == v0.index && ip_text(it.address) == "10.9.0.254" && it.mac == "02:00:00:00:00:fe" &&
           it.state == 0x80; // NUD_PERMANENT
  });
  CHECK(known);
  CHECK(at.sysctls.at("ipv4/ip_forward") == "1");
}

TEST_CASE("live_net_config: a name that an interface was given by its owner deceives nobody") {
  const std::string odd = "a\x1b[2J\\=\"\xff";
  const StagedTarget staged(
      [&] { return own_network() && ip("link add " + odd + " type veth peer name -"); });
  SBX_STAGED_OR_RETURN(staged);
  const Reading text = read_net_config(staged.target());
  REQUIRE(text);
  CHECK(text->find('\x1b') == text->npos);
  CHECK(text->find('\xff') == text->npos);
  const NetConfig at = configs(text)[0];
  CHECK(link_named(at, odd).peer == link_named(at, "-").index);
}

TEST_CASE("live_net_config: the other end of a link may be in another namespace, which has a number") {
  const StagedTarget far([] { return own_network(); });
  SBX_STAGED_OR_RETURN(far);
  const StagedTarget staged([&] {
    return own_network() && ip("link add near type veth peer name far netns " + std::to_string(far.pid()));
  });
  SBX_STAGED_OR_RETURN(staged);
  const NetLink near = link_named(config(staged.target()), "near");
  const NetLink other = link_named(config(far.target()), "far");
  CHECK(near.peer == other.index);
  CHECK(other.peer == near.index);
  CHECK(near.peer_netns.value_or(-1) >= 0);
  CHECK(other.peer_netns.value_or(-1) >= 0);
}

TEST_CASE("live_net_config: a thread may live in a namespace of its own") {
  const StagedTarget staged([] {
    pthread_t thread{};
    int ends[2];
    char answer = 'n';
    if (!own_network() || pipe(ends) != 0)
      return false;
    pthread_create(
        &thread, nullptr,
        [](void* end) -> void* {
          const bool made = two_links(); // unshare(2) is for the calling thread alone
          if (write(static_cast<int*>(end)[1], made ? "y" : "n", 1) == 1)
            while (true)
              pause();
          return nullptr;
        },
        ends);
    return read(ends[0], &answer, 1) == 1 && answer == 'y';
  });
  SBX_STAGED_OR_RETURN(staged);
  const auto all = configs(read_net_config(staged.target()));
  REQUIRE(all.size() == 2);
  CHECK(all[0].tid == staged.pid());
  CHECK(all[1].tid != staged.pid());
  CHECK(all[0].inode != all[1].inode);
  CHECK(all[0].links.size() == 1);
  CHECK(all[1].links.size() == 3);
}

TEST_CASE("live_net_config: more namespaces than are asked are said to be more") {
  const StagedTarget staged([] {
    pthread_t thread{};
    int ends[2];
    if (pipe(ends) != 0)
      return false;
    for (int i = 0; i < 12; ++i)
      pthread_create(
          &thread, nullptr,
          [](void* end) -> void* {
            const bool made = unshare(CLONE_NEWNET) == 0;
            if (write(static_cast<int*>(end)[1], made ? "y" : "n", 1) == 1)
              while (true)
                pause();
            return nullptr;
          },
          ends);
    for (int i = 0; i < 12; ++i)
      if (char answer = 'n'; read(ends[0], &answer, 1) != 1 || answer != 'y')
        return false;
    return true;
  });
  SBX_STAGED_OR_RETURN(staged);
  const auto all = configs(read_net_config(staged.target()));
  REQUIRE(all.size() == 9);
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(all[i].error == 0);
  CHECK(all[8].error == EFBIG);
  CHECK(all[8].links.empty());
}

TEST_CASE("live_net_config: over a bound, what came before is kept and the errno says that it is a part") {
  const StagedTarget staged([] { return two_links(); });
  SBX_STAGED_OR_RETURN(staged);
  const auto namespaces = net_namespaces(staged.target());
  REQUIRE(namespaces);
  REQUIRE(namespaces->size() == 1);
  NetConfigBounds bounds;
  bounds.links = 2;
  const ChildAnswer answer = in_net_namespace(
      (*namespaces)[0], [&](int out) { tell_net_config(out, bounds); }, {.deadline_ms = 10'000});
  REQUIRE_FALSE(answer.cut);
  const auto at = configs("netns 1 tid=1\n" + answer.bytes)[0];
  CHECK(at.error == EFBIG);
  CHECK(at.links.size() == 2);
  CHECK_FALSE(at.addresses.empty());
  CHECK_FALSE(at.rules.empty());
}

TEST_CASE("live_net_config: who may not join is told so, and still sees himself") {
  const StagedTarget staged([] { return own_network(); });
  SBX_STAGED_OR_RETURN(staged);
  const std::string text = as_inspector(
      [&] {
        const ProcTarget target = staged.target();
        auto namespaces = net_namespaces(target); // opened while that is allowed
        if (!namespaces || setresuid(65534, 65534, 65534) != 0)
          return std::string();
        prctl(PR_SET_DUMPABLE, 1); // so that its own /proc is its own
        const ChildAnswer answer = in_net_namespace(
            (*namespaces)[0], [](int out) { tell_net_config(out, {}); }, {.deadline_ms = 10'000});
        const Reading own = read_net_config(*ProcTarget::self());
        return std::to_string(answer.cut ? answer.cut->error : 0) + "\n" + (own ? *own : "");
      },
      false);
  REQUIRE(text.starts_with(std::to_string(EPERM) + "\n"));
  const NetConfig own = configs(text.substr(text.find('\n') + 1))[0];
  CHECK(own.error == 0);
  CHECK(link_named(own, "lo").loopback());
}

TEST_CASE("live_net_config: a target that is gone has no namespaces, and that is said of the whole") {
  StagedTarget staged([] { return own_network(); });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  staged.end();
  CHECK(read_net_config(target).error().error == ESRCH);
  CHECK(read_net_lookups(target, {"1/1.1.1.1/0"}).error().error == ESRCH);
}

TEST_CASE("live_net_lookups: the kernel's own answers, by namespace, address and user") {
  const StagedTarget staged([] {
    return two_links() &&
           ips({"route add default via 10.9.0.254", "route add blackhole 10.21.0.0/16",
                "route add prohibit 10.22.0.0/16", "route add unreachable 10.23.0.0/16",
                "-6 route add prohibit 2001:db8::/32", "route add unreachable default table 100",
                "rule add priority 50 uidrange 1000-1000 lookup 100"});
  });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  const NetConfig at = config(target);
  const auto ask = [&](const char* to, std::uint32_t uid) {
    return route_question(at.inode, *parse_ip_address(to), uid);
  };
  const auto found =
      lookups(target, {ask("1.1.1.1", 0), ask("1.1.1.1", 1000), ask("10.21.1.1", 0), ask("10.22.1.1", 0),
                       ask("10.23.1.1", 0), ask("2606:4700:4700::1111", 0), ask("2001:db8::1", 0),
                       ask("fd09::2", 0), ask("127.0.0.1", 0), "1/1.1.1.1/0", "nonsense", "a/b/c\n"});
  REQUIRE(found[0].route);
  CHECK(found[0].route->type == 1);
  CHECK(found[0].route->link == link_named(at, "v0").index);
  CHECK(ip_text(*found[0].route->via) == "10.9.0.254");
  CHECK(ip_text(*found[0].route->from) == "10.9.0.1");
  CHECK(found[0].route->table == 254);
  CHECK(found[1].error == EHOSTUNREACH);
  CHECK(found[2].error == EINVAL);
  CHECK(found[3].error == EACCES);
  CHECK(found[4].error == EHOSTUNREACH);
  CHECK(found[5].error == ENETUNREACH);
  CHECK(found[6].error == EACCES);
  for (std::size_t i = 1; i <= 6; ++i) {
    CAPTURE(i);
    CHECK(found[i].asked);
    CHECK(no_route(found[i]));
  }
  REQUIRE(found[7].route);
  CHECK_FALSE(found[7].route->via);
  CHECK(found[8].route->type == 2);
  CHECK(found[9].error == ENOENT); // nobody of the target's lives there
  CHECK(found[10].error == EINVAL);
  CHECK(found[11].error == EINVAL);
  CHECK(found[11].path == "a/b/c\n");
  for (std::size_t i = 9; i <= 11; ++i)
    CHECK_FALSE(found[i].asked);
  CHECK(read_net_lookups(target, {}) == "");
}
