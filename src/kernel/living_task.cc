#include "kernel/living_task.h"

#include "kernel/file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_tasks = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)

constexpr int most_readings = 5;

tl::expected<Fd, int> open_mountinfo(int task) {
  return open_beneath(task, "mountinfo", O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

// Since 2.6.26 poll(2) says whether the mounts of its namespace changed since the file was opened.
bool changed(int mountinfo) {
  pollfd asked{mountinfo, POLLPRI, 0};
  return poll(&asked, 1, 0) != 0;
}

Reading settled_mountinfo(const std::function<tl::expected<Fd, Refusal>()>& open) {
  Reading text = refused(ENODATA);
  for (int readings = 0; readings < most_readings; ++readings) {
    const auto file = open();
    if (!file)
      return tl::unexpected<Refusal>(file.error());
    text = read_all(file->get(), most_mountinfo);
    if (!text || !changed(file->get()))
      return text;
  }
  *text += "moving\n";
  return text;
}

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
  return settled_mountinfo([&] { return open_living(target, open_mountinfo); });
}

Reading read_own_mountinfo(const ProcTarget& target) {
  return settled_mountinfo([&]() -> tl::expected<Fd, Refusal> {
    auto file = open_beneath(target.proc(), std::to_string(getpid()) + "/mountinfo", O_RDONLY | O_NONBLOCK);
    if (!file)
      return tl::unexpected<Refusal>(Refusal{file.error(), {}});
    return std::move(*file);
  });
}

} // namespace sbx
