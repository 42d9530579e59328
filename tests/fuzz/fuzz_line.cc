#include "parse/line.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0, lines = 0;
  each_line(text, [&](std::string_view line) {
    bytes += line.size(), ++lines;
    for (const std::string_view word : words(line))
      if (word.empty() || word.find_first_of(" \t") != std::string_view::npos)
        std::abort();
    return true;
  });
  if (bytes + lines != size + (cut_off(text) ? 1 : 0))
    std::abort();
  if (const auto value = number<std::uint64_t>(text); value && std::to_string(*value).size() > size)
    std::abort();
  if (trimmed(trimmed(text)) != trimmed(text))
    std::abort();
  return 0;
}
