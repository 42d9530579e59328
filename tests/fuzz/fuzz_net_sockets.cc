#include "parse/net_sockets.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_net_sockets(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  std::size_t kept = found->inet_left_out;
  for (const SocketFile& it : found->files)
    if (it.error != 0 && (it.sockets() != 0 || it.whole()))
      std::abort();
    else if (it.name != "unix" && it.name != "packet" && it.name != "netlink")
      kept -= it.listening + it.bound;
  if (kept + found->inet.size() != 0 || found->files.empty())
    std::abort();
  for (const UnixSocket& it : found->unix_names)
    if (it.name.empty())
      std::abort();
  return 0;
}
