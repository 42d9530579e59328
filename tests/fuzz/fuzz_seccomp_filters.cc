// Any bytes as the text of target/seccomp.
#include "parse/seccomp_filters.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = sbx::parse_seccomp_filters({reinterpret_cast<const char*>(data), size});
  if (!found)
    return 0;
  for (std::size_t i = 0; i < found->filters.size(); ++i) {
    const auto& filter = found->filters[i];
    if ((filter.previous && *filter.previous >= i) || (filter.program && filter.program->empty()))
      __builtin_trap();
  }
  for (const auto& task : found->tasks)
    if (task.newest &&
        (!found->settled || task.unread || found->filters.at(*task.newest).depth != task.count))
      __builtin_trap();
  return 0;
}
