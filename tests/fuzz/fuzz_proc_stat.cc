#include "parse/proc_stat.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto stat = parse_proc_stat(text);
  if (stat && text.find("(" + stat->comm + ")") == std::string_view::npos)
    std::abort();
  return 0;
}
