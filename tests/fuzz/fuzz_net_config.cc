#include "parse/net_config.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace sbx;

namespace {

bool sound(const IpPrefix& prefix) { return prefix.length <= prefix.address.bits(); }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto configs = parse_net_config({reinterpret_cast<const char*>(data), size});
  if (!configs)
    return 0;
  std::set<std::uint64_t> inodes;
  for (const NetConfig& config : *configs) {
    if (config.error < 0 || (config.inode != 0 && !inodes.insert(config.inode).second))
      std::abort();
    for (const NetLink& link : config.links)
      if (link.name.empty() || (link.peer_netns && *link.peer_netns < -1))
        std::abort();
    for (const NetAddress& address : config.addresses)
      if (!sound(address.prefix))
        std::abort();
    for (const NetRoute& route : config.routes)
      if (!sound(route.to) || route.type > 255)
        std::abort();
  }
  return configs->empty() ? std::abort(), 0 : 0;
}
