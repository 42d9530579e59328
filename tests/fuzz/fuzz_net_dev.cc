#include "parse/net_dev.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_net_dev(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  for (const std::string& name : *found)
    if (name.empty() || name.find_first_of(": \n") == 0)
      std::abort();
  return 0;
}
