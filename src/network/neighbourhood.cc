#include "network/neighbourhood.h"

#include "core/errno_name.h"
#include "core/escape.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

bool holds(const NetConfig& config, const IpAddress& address) {
  return std::any_of(config.addresses.begin(), config.addresses.end(), [&](const NetAddress& own) {
    return !own.prefix.address.loopback() && own.prefix.contains(address);
  });
}

const PeerNamespace* find_namespace(const NetPeers& peers, std::uint64_t inode) {
  const auto found = std::find_if(peers.namespaces.begin(), peers.namespaces.end(),
                                  [&](const PeerNamespace& it) { return it.inode == inode; });
  return found == peers.namespaces.end() ? nullptr : &*found;
}

const PeerLink* find_link(const PeerNamespace& where, std::uint32_t index) {
  const auto found = std::find_if(where.links.begin(), where.links.end(),
                                  [&](const PeerLink& it) { return it.index == index; });
  return found == where.links.end() ? nullptr : &*found;
}

bool leads_out_beside(const std::optional<PublicRoute>& way, std::uint32_t shared) {
  return way && way->error == 0 && way->link && *way->link != shared;
}

// `shared`: the link of `where` that the target is reached by.
Neighbour neighbour_at(const NetConfig& config, const PeerNamespace& where, std::uint32_t shared,
                       bool gateway) {
  Neighbour found;
  found.where = &where;
  found.gateway = gateway;
  for (const NetAddress& address : where.addresses)
    if (address.link == shared)
      found.addresses.push_back(address.prefix.address);
  std::stable_partition(found.addresses.begin(), found.addresses.end(),
                        [&](const IpAddress& address) { return holds(config, address); });
  found.leads_out = leads_out_beside(where.public4, shared) || leads_out_beside(where.public6, shared);
  for (const PeerListen& it : where.listens) {
    const bool bound_here =
        std::find(found.addresses.begin(), found.addresses.end(), it.address) != found.addresses.end();
    if (bound_here)
      found.own.push_back(it);
    if (bound_here || it.address.unspecified())
      found.listens.push_back(it);
  }
  return found;
}

class Search {
public:
  Search(const NetConfig& config, const NetPeers& peers) : config_(config), peers_(peers) {}

  void behind(const NetLink& link) {
    const PeerNamespace* const where = other_end(link);
    const PeerLink* const end = where && link.peer ? find_link(*where, *link.peer) : nullptr;
    if (!end) {
      unseen("where the other end of", link.name);
      return;
    }
    if (where->error != 0)
      found_.unseen.push_back(
          fmt::format("network namespace {} was not seen whole: {}", where->inode, errno_name(where->error)));
    Neighbour other = neighbour_at(config_, *where, end->master.value_or(end->index), true);
    other.bridge = end->master.has_value();
    add(std::move(other));
    if (end->master)
      around(*where, *end);
  }

  // Every other end and every port is looked for; so what was not looked through matters where one is
  // missing.
  void unseen(std::string_view what, const std::string& name) {
    found_.unseen.push_back(fmt::format("{} {} is was not seen{}", what, escaped(name, 64),
                                        peers_.error == 0
                                            ? ""
                                            : ", for not every network namespace was looked through: " +
                                                  errno_name(peers_.error)));
  }

  Neighbourhood take() { return std::move(found_); }

private:
  // The namespace in which a link says that its other end is the target's.
  const PeerNamespace* other_end(const NetLink& link) const {
    for (const PeerNamespace& where : peers_.namespaces)
      if (const PeerLink* end = link.peer ? find_link(where, *link.peer) : nullptr;
          end && end->peer_netns == config_.inode && end->peer == link.index)
        return &where;
    return nullptr;
  }

  void around(const PeerNamespace& where, const PeerLink& end) {
    for (const PeerLink& port : where.links) {
      if (port.master != end.master || port.index == end.index || (port.flags & 1) == 0)
        continue;
      if (port.peer_netns == config_.inode)
        continue;
      const PeerNamespace* const other = port.peer_netns ? find_namespace(peers_, *port.peer_netns) : nullptr;
      const PeerLink* const there = other && port.peer ? find_link(*other, *port.peer) : nullptr;
      if (there)
        add(neighbour_at(config_, *other, there->index, false));
      else if (port.kind == "veth")
        unseen("what is behind the port", port.name);
      else // a real network card, a tunnel, a virtual machine's tap: the network goes on there
        found_.unseen.push_back(fmt::format("the bridge goes on at {}{}, and who is there cannot be seen",
                                            escaped(port.name, 64),
                                            port.kind.empty() ? "" : " (" + escaped(port.kind, 32) + ")"));
    }
  }

  void add(Neighbour&& it) {
    const bool known =
        std::any_of(found_.neighbours.begin(), found_.neighbours.end(), [&](const Neighbour& other) {
          return other.where == it.where && other.addresses == it.addresses;
        });
    if (!known)
      found_.neighbours.push_back(std::move(it));
  }

  const NetConfig& config_;
  const NetPeers& peers_;
  Neighbourhood found_;
};

} // namespace

Neighbourhood neighbourhood(const NetConfig& config, const NetPeers* peers, const std::string& why_not) {
  static const NetPeers none;
  Search search(config, peers ? *peers : none);
  std::vector<std::string> others;
  bool any = false;
  for (const NetLink& link : config.links) {
    if (link.loopback() || !link.up() || link.kind == "dummy" || link.kind == "ifb")
      continue;
    // Both ends in here: nobody else is there. A bridge has neighbours by its ports.
    if (link.kind == "bridge" || (link.kind == "veth" && link.peer && !link.peer_netns))
      continue;
    any = true;
    if (link.kind == "veth" && peers)
      search.behind(link);
    else if (link.kind != "veth")
      others.push_back(fmt::format("{}{} leads to a network whose members cannot be seen",
                                   escaped(link.name, 64),
                                   link.kind.empty() ? "" : " (" + escaped(link.kind, 32) + ")"));
  }
  Neighbourhood found = any ? search.take() : Neighbourhood();
  found.unseen.insert(found.unseen.end(), others.begin(), others.end());
  if (any && !peers)
    found.unseen.push_back(why_not);
  if (config.files ? !config.files->links : config.error != 0)
    found.unseen.emplace_back("its interfaces were not all seen");
  return found;
}

} // namespace sbx
