#include "core/escape.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

// Escaped text holds no control character, and gives the same bytes back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = escaped(bytes, size);
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      std::abort();
  std::string back;
  if (!unescape(text, back) || back != bytes)
    std::abort();
  unescape(bytes, back);
  return 0;
}
