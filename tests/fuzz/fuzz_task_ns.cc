#include "parse/task_ns.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tasks = parse_task_ns(text);
  if (!tasks)
    return 0;
  if (tasks->empty())
    std::abort();
  for (const TaskNs& task : *tasks)
    if (task.tid <= 0 || task.inodes.contains(""))
      std::abort();
  return 0;
}
