#include "kernel/living_task.h"

#include "kernel/file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_tasks = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)

bool of_exited(int error) { return error == EINVAL || error == ENOENT || error == ESRCH; }

} // namespace

tl::expected<Fd, Refusal> open_living(const ProcTarget& target,
                                      const std::function<tl::expected<Fd, int>(int)>& open) {
  const auto dir = target.dir();
  if (!dir)
    return tl::unexpected<Refusal>(
        Refusal{dir.error(), "/proc does not show this process though it exists (hidepid)"});
  auto opened = open(*dir);
  const int first = opened ? 0 : opened.error();
  const auto tids = of_exited(first) ? list_numbers(*dir, "task", most_tasks) : std::vector<pid_t>();
  for (std::size_t i = 0; !opened && of_exited(opened.error()) && tids && i < tids->size(); ++i)
    if (const auto task = open_beneath(*dir, fmt::format("task/{}", (*tids)[i]), O_PATH | O_DIRECTORY))
      opened = open(task->get());
  if (opened)
    return std::move(*opened);
  return tl::unexpected<Refusal>(Refusal{of_exited(opened.error()) ? first : opened.error(), {}});
}

Reading read_mountinfo(const ProcTarget& target) {
  const auto file = open_living(
      target, [](int task) { return open_beneath(task, "mountinfo", O_RDONLY | O_NONBLOCK | O_NOCTTY); });
  return file ? read_all(file->get(), most_mountinfo) : tl::unexpected<Refusal>(file.error());
}

} // namespace sbx
