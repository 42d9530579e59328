// Who can be spoken to without any route, over the target's own links? The other ends of its veth pairs, and
// what hangs on the same bridges.
#pragma once

#include "parse/net_config.h"
#include "parse/net_peers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct Neighbour {
  const PeerNamespace* where = nullptr;
  std::vector<IpAddress>
      addresses;          // of its end of the shared link; those that the target's own networks hold first
  bool gateway = false;   // it holds the bridge, or the other end of the pair
  bool bridge = false;    // it holds the bridge
  bool leads_out = false; // it has a way to the public over another link
  std::vector<PeerListen> listens; // sockets that are open to the target there
  std::vector<PeerListen> own;     // of these, bound to an address of the shared link
};

struct Neighbourhood {
  std::vector<Neighbour> neighbours;
  std::vector<std::string> unseen; // why there may be more, in words; empty: these are all
};

// `peers`: null where they were not seen, for the reason `why_not`.
Neighbourhood neighbourhood(const NetConfig& config, const NetPeers* peers, const std::string& why_not);

} // namespace sbx
