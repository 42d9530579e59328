#include "parse/containers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = parse_containers({reinterpret_cast<const char*>(data), size});
  if (!all)
    return 0;
  if (all->sources.empty())
    std::abort();
  for (const Container& it : all->containers)
    if (it.id.size() != 64 || (it.pid && *it.pid < 0))
      std::abort();
  return 0;
}
