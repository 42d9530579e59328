#include "parse/id_map.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ranges = parse_id_map(text);
  if (ranges && ranges->size() * 6 > size) // "0 0 1\n"
    std::abort();
  return 0;
}
