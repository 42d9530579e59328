#include "rules/container_cgroup.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const ContainerPlace& it : container_places(text))
    if (it.path.empty() || text.find(it.path) == std::string::npos || (it.id.empty() && it.pod_uid.empty()) ||
        place_words(it).find('\n') != std::string::npos)
      std::abort();
  (void)cgroup_sight({text, "0::/docker/" + std::string(64, 'a')});
  return 0;
}
