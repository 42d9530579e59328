#include "parse/tasks.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tasks = parse_tasks(text);
  if (!tasks)
    return 0;
  std::set<std::int64_t> tids;
  for (const Task& task : tasks->tasks)
    if (task.tid <= 0 || !tids.insert(task.tid).second)
      std::abort();
  if (tasks->tasks.empty() || counted(*tasks).empty())
    std::abort();
  return 0;
}
