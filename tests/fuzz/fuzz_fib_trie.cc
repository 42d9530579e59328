#include "parse/fib_trie.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_fib_trie(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!found)
    return 0;
  for (const FibEntry& it : *found)
    if (it.to.length > 32 || it.to.address.v6)
      std::abort();
  return 0;
}
