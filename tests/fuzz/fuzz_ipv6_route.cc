#include "parse/ipv6_route.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_ipv6_route(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  if (found->empty())
    std::abort();
  for (const Ipv6Route& it : *found)
    if (it.to.length > 128 || it.from.length > 128 || !it.to.address.v6)
      std::abort();
  return 0;
}
