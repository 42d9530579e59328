#include "network/proc_net_config.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

namespace sbx {

namespace {

constexpr std::uint32_t main_table = 254, local_table = 255;
constexpr std::uint32_t up = 0x1, loopback = 0x8; // netdevice(7)
constexpr unsigned unicast = 1, local = 2, broadcast = 3, anycast = 4, multicast = 5, unreachable = 7;
constexpr std::uint32_t reserve_metric = 0xffff'ffff; // net/ipv6/route.c, ip6_null_entry_template

class Links {
public:
  explicit Links(const ProcNetFiles& files) {
    for (const Ipv6Address& it : files.addresses6.value_or(std::vector<Ipv6Address>()))
      known_.emplace(it.name, it.link);
    for (const std::string& name : files.links.value_or(std::vector<std::string>()))
      of(name);
    for (const auto& [name, index] : known_)
      of(name);
  }

  std::optional<std::uint32_t> of(const std::string& name) {
    if (name.empty())
      return std::nullopt;
    const auto [place, added] = indices_.emplace(name, 0);
    if (added) {
      const auto known = known_.find(name);
      place->second = known != known_.end() ? known->second : next_++;
      // The first interface of every namespace is its loopback (net/core/dev.c); its name could be changed.
      // Where its number is not known, the name is all there is, and only the kernel gives that one.
      const bool is_loopback = known != known_.end() ? known->second == 1 : name == "lo";
      links_.push_back({place->second, name, "", is_loopback ? up | loopback : up, {}, {}, {}, ""});
    }
    return place->second;
  }

  std::vector<NetLink> take() { return std::move(links_); }

private:
  std::map<std::string, std::uint32_t> known_, indices_;
  std::vector<NetLink> links_;
  std::uint32_t next_ = unnumbered_link;
};

bool of_local_table(unsigned type) { return type == local || type == broadcast || type == anycast; }

// The tables as they are: while main and local are one trie, both show all of it, and the type says which
// entry belongs where (net/ipv4/fib_trie.c, fib_trie_table()).
std::vector<FibEntry> told_apart(const std::vector<FibEntry>& printed) {
  std::vector<FibEntry> apart, of_main, of_local;
  for (const FibEntry& it : printed) {
    auto& into = it.table == main_table ? of_main : it.table == local_table ? of_local : apart;
    into.push_back({0, it.to, it.type});
    if (&into == &apart)
      into.back().table = it.table;
  }
  const bool one = of_main == of_local;
  for (FibEntry& it : of_main)
    if (!one || !of_local_table(it.type))
      apart.push_back({main_table, it.to, it.type});
  for (FibEntry& it : of_local)
    if (!one || of_local_table(it.type))
      apart.push_back({local_table, it.to, it.type});
  return apart;
}

NetRoute route_of(const ProcRoute& it, Links& links) {
  return {main_table, it.to, unicast, links.of(it.link), it.via, it.metric, 0};
}

void take_routes4(const ProcNetFiles& files, Links& links, NetConfig& config) {
  std::map<IpPrefix, std::vector<const ProcRoute*>> of_main;
  if (files.main4)
    for (const ProcRoute& it : *files.main4)
      if (!it.link.empty()) // no interface: a blackhole, or one of the kinds that refuse
        of_main[it.to].push_back(&it);
  if (!files.tables4) { // only the main table was seen
    for (const auto& [to, found] : of_main)
      for (const ProcRoute* it : found)
        config.routes.push_back(route_of(*it, links));
    return;
  }
  std::set<IpPrefix> done;
  for (const FibEntry& it : told_apart(*files.tables4)) {
    const auto found = it.type == unicast && it.table == main_table ? of_main.find(it.to) : of_main.end();
    if (found == of_main.end())
      config.routes.push_back({it.table, it.to, it.type, {}, {}, 0, 0});
    else if (done.insert(it.to).second)
      for (const ProcRoute* route : found->second)
        config.routes.push_back(route_of(*route, links));
  }
}

// The address of a local route of one host, in the network that a link of the main table leads to.
void take_addresses4(const ProcNetFiles& files, Links& links, NetConfig& config) {
  if (!files.tables4)
    return;
  std::set<IpAddress> seen;
  for (const FibEntry& it : *files.tables4) {
    if (it.type != local || it.to.length != 32 || !seen.insert(it.to.address).second)
      continue;
    NetAddress address{0, it.to};
    unsigned longest = 0;
    for (const ProcRoute& route : files.main4.value_or(std::vector<ProcRoute>()))
      if (!route.via && !route.link.empty() && route.to.length > longest &&
          route.to.contains(it.to.address)) {
        longest = route.to.length;
        address = {links.of(route.link).value_or(0), {it.to.address, route.to.length}};
      }
    config.addresses.push_back(address);
  }
}

unsigned type_of(const Ipv6Route& it) {
  if (it.rejects())
    return unreachable;
  if (it.local())
    return local;
  if (it.anycast())
    return anycast;
  return it.to.length >= 8 && it.to.address.bytes[0] == 0xff ? multicast : unicast;
}

void take_ipv6(const ProcNetFiles& files, Links& links, NetConfig& config) {
  if (files.tables6)
    for (const Ipv6Route& it : *files.tables6) {
      if (it.rejects() && it.to.length == 0 && it.metric == reserve_metric)
        continue;
      const unsigned type = type_of(it);
      const std::uint32_t table = type == local || type == anycast ? local_table : 0;
      config.routes.push_back({table, it.to, type, links.of(it.link), it.via, it.metric, 0});
    }
  if (files.addresses6)
    for (const Ipv6Address& it : *files.addresses6)
      config.addresses.push_back({it.link, it.prefix});
}

} // namespace

NetConfig net_config_of(const ProcNetFiles& files) {
  NetConfig config;
  Links links(files);
  take_routes4(files, links, config);
  take_addresses4(files, links, config);
  take_ipv6(files, links, config);
  config.links = links.take();
  config.error = EOPNOTSUPP;
  config.files = NetFiles{files.links.has_value(), files.tables4.has_value(), files.tables6.has_value(),
                          files.tables4.has_value(), files.addresses6.has_value()};
  return config;
}

} // namespace sbx
