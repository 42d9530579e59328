// What is known of the target's network, put together: its namespaces, and what each lets out.
#pragma once

#include "network/egress.h"
#include "probes/socket_reach.h"
#include "probes/target_ns.h"
#include "probes/witness.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct NetworkPart { // one network namespace
  std::optional<std::uint64_t> inode;
  std::vector<std::int64_t> tids; // of those that live in it
  std::optional<NetConfig> config;
  const NetRuleset* ruleset = nullptr; // the witness's; null: not seen
  std::vector<SendingUser> users;
  NamespaceEgress egress;
  std::optional<Gap> gap;                   // what the verdict is unknown for
  Answer changes_network = Answer::unknown; // CAP_NET_ADMIN over it
  Answer changes_user = Answer::unknown;    // CAP_SETUID
  Answer sends_frames = Answer::unknown;    // CAP_NET_RAW over it, and packet sockets
};

struct NetworkView {
  TargetNs ns;
  std::vector<NetworkPart> parts; // the widest first, one at least
  Egress verdict = Egress::unknown;
  std::string because;
  std::optional<Gap> gap; // where the verdict is unknown
  SocketReaches sockets;
  bool brokered = false;
};

NetworkView network_view(Witness& witness);

// May a packet go there, by routes and rules? Whether anybody answers is another thing. `protocol`:
// IPPROTO_*.
Answer reaches(Witness& witness, const NetworkPart& part, const IpAddress& to, std::uint8_t protocol,
               std::uint16_t port);

// Where the kernel would send, for one user of one network namespace; asked once.
RouteLookup look_up(Witness& witness, std::uint64_t netns, const IpAddress& to, std::uint32_t host_uid);

} // namespace sbx
