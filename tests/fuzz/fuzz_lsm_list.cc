#include "parse/lsm_list.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto names = parse_lsm_list(text))
    for (const std::string& name : *names)
      if (name.empty() || name.size() > 32)
        std::abort();
  if (const auto ids = parse_lsm_ids(text); ids && ids->empty())
    std::abort();
  if (const auto level = parse_lockdown(text);
      level && text.find("[" + *level + "]") == std::string_view::npos)
    std::abort();
  return 0;
}
