#include "parse/user_ns.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto chain = parse_user_ns(text);
  if (chain && chain->empty())
    std::abort();
  return 0;
}
