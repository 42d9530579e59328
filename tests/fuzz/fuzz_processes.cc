#include "parse/processes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = parse_processes({reinterpret_cast<const char*>(data), size});
  if (!all)
    return 0;
  std::int64_t last = 0;
  for (const Process& it : all->processes) {
    if (it.pid <= last || (it.status && it.status->pid && *it.status->pid != it.pid))
      std::abort();
    last = it.pid;
    std::int64_t last_thread = 0;
    for (const Task& task : it.others) {
      if (task.tid <= last_thread || !std::binary_search(it.tids.begin(), it.tids.end(), task.tid))
        std::abort();
      last_thread = task.tid;
    }
    // Who was not seen is never taken for read.
    const bool unseen = !it.status || std::any_of(it.others.begin(), it.others.end(),
                                                  [](const Task& task) { return !task.status; });
    if (unseen && it.all_threads_read())
      std::abort();
    if (it.kvm && *it.kvm && (*it.kvm)->seen > KvmDescriptors::most_seen_fds)
      std::abort();
  }
  if (all->processes.empty())
    std::abort();
  return 0;
}
