#include "probes/witness_observe.h"

namespace sbx {

Observation<std::vector<std::string>> Witness::net_dev() {
  return observe<std::vector<std::string>>(source::target_net_dev, parse_net_dev);
}

Observation<std::vector<ProcRoute>> Witness::net_route() {
  return observe<std::vector<ProcRoute>>(source::target_net_route, parse_net_route);
}

Observation<std::vector<FibEntry>> Witness::net_fib_trie() {
  return observe<std::vector<FibEntry>>(source::target_net_fib_trie, parse_fib_trie);
}

Observation<std::vector<Ipv6Route>> Witness::net_ipv6_route() {
  return observe<std::vector<Ipv6Route>>(source::target_net_ipv6_route, parse_ipv6_route);
}

Observation<std::vector<Ipv6Address>> Witness::net_if_inet6() {
  return observe<std::vector<Ipv6Address>>(source::target_net_if_inet6, parse_if_inet6);
}

const Observation<NetSockets>& Witness::net_sockets() {
  if (!net_sockets_)
    net_sockets_ = observe<NetSockets>(source::target_net_sockets, parse_net_sockets);
  return *net_sockets_;
}

const Observation<HeldSockets>& Witness::held_sockets() {
  if (!held_sockets_)
    held_sockets_ = observe<HeldSockets>(source::target_net_held_sockets, parse_held_sockets);
  return *held_sockets_;
}

} // namespace sbx
