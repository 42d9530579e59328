#include "parse/if_inet6.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_if_inet6(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  for (const Ipv6Address& it : *found)
    if (it.link == 0 || it.prefix.length > 128 || it.name.empty())
      std::abort();
  return 0;
}
