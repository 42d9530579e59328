#include "parse/roots.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto roots = parse_roots({reinterpret_cast<const char*>(data), size});
  if (!roots)
    return 0;
  if (roots->tasks.empty() || (roots->settled && roots->stopped != 0))
    std::abort();
  std::set<std::int64_t> tids;
  for (const TaskRoot& task : roots->tasks) {
    if (task.tid <= 0 || !tids.insert(task.tid).second || (!task.root && task.root.error() <= 0) ||
        (!task.cwd && task.cwd.error() <= 0))
      std::abort();
    if (task.root && !task.root->above && task.root->above.error() <= 0)
      std::abort();
  }
  return 0;
}
