#include "parse/path_spots.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto spots = parse_path_spots(text);
  if (!spots)
    return 0;
  if (spots->empty())
    std::abort();
  for (const PathSpot& spot : *spots)
    if (spot.path.empty() || (!spot.found && spot.found.error() <= 0))
      std::abort();
  return 0;
}
