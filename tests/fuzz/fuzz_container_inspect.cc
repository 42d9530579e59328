// Any bytes as the output of docker inspect.
#include "policy/container_inspect.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy =
      sbx::parse_container_inspect({"f.json", std::string(reinterpret_cast<const char*>(data), size)});
  if (!policy) {
    if (policy.error().text.find('\n') != std::string::npos || !policy.error().text.starts_with("f.json"))
      __builtin_trap();
    return 0;
  }
  for (const auto& mount : policy->mounts)
    if (!mount.value.path.starts_with('/') || mount.place.mark.line == 0)
      __builtin_trap();
  return 0;
}
