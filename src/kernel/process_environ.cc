#include "kernel/process_environ.h"

#include "kernel/child.h"
#include "kernel/file.h"
#include "kernel/living_task.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_environ = 1 << 20;
constexpr int deadline_ms = 1000;

// Of a thread that has exited the kernel shows an empty environment (fs/proc/base.c, environ_read), which
// would be taken for one without variables. Such a thread has no memory: proc_pid_statm(5).
tl::expected<Fd, int> open_environ(int task) {
  const Reading memory = read_beneath(task, "statm");
  if (!memory)
    return tl::unexpected<int>(memory.error().error);
  if (memory->starts_with("0 "))
    return tl::unexpected<int>(ESRCH);
  return open_beneath(task, "environ", O_RDONLY);
}

void copy(int from, int out) {
  char buffer[4096];
  char end = '.';
  for (ssize_t got = 0; (got = read(from, buffer, sizeof buffer)) != 0;) {
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 || write(out, buffer, static_cast<std::size_t>(got)) != got) {
      end = '!';
      break;
    }
  }
  [[maybe_unused]] const ssize_t written = write(out, &end, 1);
}

} // namespace

// In a child: the kernel reads it from the process's own memory, which may lie in a file that never answers.
Reading read_environment(const ProcTarget& target) {
  const auto file = open_living(target, open_environ);
  if (!file)
    return tl::unexpected<Refusal>(file.error());
  const int fd = file->get();
  ChildAnswer answer = hear_child([fd](int out) { copy(fd, out); },
                                  {.deadline_ms = deadline_ms, .most_bytes = most_environ + 1});
  if (answer.cut)
    return refused(answer.cut->error, "reading its environment");
  if (answer.bytes.empty() || answer.bytes.back() != '.')
    return refused(EIO, "its environment could not be read to its end");
  answer.bytes.pop_back();
  return std::move(answer.bytes);
}

} // namespace sbx
