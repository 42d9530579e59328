#include "parse/path_walks.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto walks = parse_path_walks(text);
  if (!walks)
    return 0;
  if (walks->empty())
    std::abort();
  for (const PathWalk& walk : *walks) {
    const bool named = walk.file.has_value() || !walk.missing.empty();
    if (walk.path.empty() || walk.error < 0 || (walk.error == 0 && !named) ||
        (walk.file && !walk.missing.empty()) || (!walk.above.empty() && !named) ||
        (!walk.links.empty() && walk.searched.empty()) || (walk.interpreter && !walk.file))
      std::abort();
  }
  return 0;
}
