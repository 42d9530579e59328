#include "parse/route_lookups.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lookups = parse_route_lookups({reinterpret_cast<const char*>(data), size});
  if (!lookups)
    return 0;
  for (const RouteLookup& lookup : *lookups)
    if (lookup.path.empty() || lookup.route.has_value() == (lookup.error > 0) ||
        (lookup.route && !lookup.asked) || (!lookup.asked && no_route(lookup)))
      std::abort();
  return lookups->empty() ? std::abort(), 0 : 0;
}
