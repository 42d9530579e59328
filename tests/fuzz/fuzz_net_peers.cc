#include "parse/net_peers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto peers = parse_net_peers({reinterpret_cast<const char*>(data), size});
  if (!peers)
    return 0;
  std::set<std::uint64_t> inodes;
  for (const PeerNamespace& at : peers->namespaces) {
    if (at.error < 0 || at.inode == 0 || at.distance < 1 || at.distance > 2 ||
        !inodes.insert(at.inode).second)
      std::abort();
    for (const PeerLink& link : at.links)
      if (link.name.empty() || (link.peer_unseen && link.peer_netns))
        std::abort();
    for (const auto* route : {&at.public4, &at.public6})
      if (*route && (*route)->error != 0 && ((*route)->link || (*route)->via))
        std::abort();
  }
  return 0;
}
