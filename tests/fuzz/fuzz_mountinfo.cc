#include "parse/mountinfo.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto mounts = parse_mountinfo(text);
  if (!mounts)
    return 0;
  if (mounts->empty() != (text.empty() || text == "moving\n"))
    std::abort();
  for (const Mount& mount : *mounts)
    if (mount.root.empty() || mount.point[0] != '/' || mount.type.empty())
      std::abort();
  return 0;
}
