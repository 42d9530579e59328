#include "parse/commands.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = parse_commands({reinterpret_cast<const char*>(data), size});
  if (!all)
    return 0;
  std::set<std::string> pids;
  for (const Command& it : *all) {
    if (it.path.empty() || it.path.find_first_not_of("0123456789") != std::string::npos ||
        !pids.insert(it.path).second)
      std::abort();
    if (it.cut && (!it.argv || it.error != 0))
      std::abort();
  }
  if (all->empty())
    std::abort();
  return 0;
}
