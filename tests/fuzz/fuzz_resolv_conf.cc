#include "parse/resolv_conf.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto conf = parse_resolv_conf(text);
  if (!conf || conf->servers.size() > 64 || conf->search.size() > 64 || conf->options.size() > 64)
    std::abort();
  return 0;
}
