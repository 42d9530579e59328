#include "parse/directories.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = parse_directories({reinterpret_cast<const char*>(data), size});
  if (!found)
    return 0;
  if (found->empty())
    std::abort();
  for (const Directory& directory : *found) {
    if (directory.path.empty() || (directory.cut && directory.error != 0))
      std::abort();
    for (const DirectoryEntry& entry : directory.entries)
      if (entry.name.empty() || entry.name.find('/') != std::string::npos || entry.name == "..")
        std::abort();
  }
  return 0;
}
