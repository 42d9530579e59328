#include "parse/landlock_layers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto layers = sbx::parse_landlock_layers({reinterpret_cast<const char*>(data), size});
  if (!layers)
    return 0;
  for (const auto& [tid, count] : *layers)
    if (tid <= 0 || count > 16)
      std::abort();
  if (layers->empty())
    std::abort();
  return 0;
}
