#include "parse/task_attr.h"

#include "kernel/property_text.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tasks = parse_task_attr(text);
  if (tasks)
    for (const TaskAttr& task : *tasks)
      if (task.tid <= 0)
        std::abort();
  // A label of any bytes stays one label of one thread.
  const auto one =
      parse_task_attr("1 current=:" + word_of(text.substr(0, 4096)) + " apparmor=!ENOENT smack=!ENOENT\n");
  if (!one || one->size() != 1 || *one->front().current != text.substr(0, 4096))
    std::abort();
  return 0;
}
