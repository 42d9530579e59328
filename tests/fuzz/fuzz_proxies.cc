#include "parse/proxies.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proxies = parse_proxies(text);
  if (proxies)
    for (const ProxyVariable& it : proxies->variables)
      if (it.name.empty() || (it.malformed && !it.host.empty()) || (it.port && it.host.empty()))
        std::abort();
  return 0;
}
