#include "parse/held_sockets.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_held_sockets(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  for (const SocketTable& table : found->tables) {
    if (table.tids.empty() ||
        (found->whole() && (table.listed != SocketTable::Listed::all || !table.unseen.empty())))
      std::abort();
    for (const HeldSocket& it : table.sockets)
      if (it.number < 0 || (made_outside(*found, it) && found->namespaces.empty()))
        std::abort();
  }
  return 0;
}
