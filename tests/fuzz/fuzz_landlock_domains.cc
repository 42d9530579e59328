// Any bytes as the text of target/landlock.
#include "parse/landlock_domains.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto domains = sbx::parse_landlock_domains({reinterpret_cast<const char*>(data), size});
  if (domains)
    for (const auto& task : domains->tasks)
      if ((task.domain && *task.domain >= domains->domains.size()) ||
          (task.real_domain && *task.real_domain >= domains->domains.size()))
        __builtin_trap();
  return 0;
}
