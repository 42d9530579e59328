#include "parse/cgroup_limits.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto limits = parse_cgroup_limits(text);
  if (limits)
    for (const CgroupHierarchy& it : limits->hierarchies)
      if (it.path.empty() || (it.error != 0 && !it.groups.empty()))
        std::abort();
  return 0;
}
