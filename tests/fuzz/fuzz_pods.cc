#include "parse/pods.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto pods = parse_pods(std::string_view(reinterpret_cast<const char*>(data), size));
  if (pods)
    for (const Pod& it : pods->pods)
      if (it.ns.empty() || it.name.empty() || it.uid.empty() || it.ns.find('_') != it.ns.npos ||
          it.uid.find('_') != it.uid.npos)
        std::abort();
  return 0;
}
