#include "kernel/proc_target.h"

#include "kernel/file.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

// A procfs, its root, and of our own PID namespace: else every pid in it means another process.
Result<Fd> open_proc() {
  Fd proc(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct statfs fs {};
  if (!proc || fstatfs(proc.get(), &fs) != 0 || fs.f_type != PROC_SUPER_MAGIC)
    return error(ErrorKind::failure,
                 "/proc is not mounted here; mount it (mount -t proc proc /proc) and try again");
  char self[32] = {};
  if (readlinkat(proc.get(), "self", self, sizeof self - 1) < 0 || std::to_string(getpid()) != self)
    return error(ErrorKind::failure,
                 "/proc belongs to another PID namespace than this process, so its pids mean "
                 "other processes; mount a procfs of this namespace");
  return proc;
}

// Field 22 of /proc/PID/stat, cut out after the last ')' like every reader of that file must.
Reading start_ticks(const Reading& stat) {
  if (!stat)
    return stat;
  std::size_t at = stat->rfind(')');
  for (int field = 2; at != std::string::npos && field < 22; ++field)
    at = stat->find(' ', at + 1);
  if (at == std::string::npos)
    return refused(EBADMSG);
  return stat->substr(at + 1, stat->find(' ', at + 1) - at - 1);
}

Reading executable(int dir) {
  // Without asking the file system anew: the program may lie on one of the target's that never answers.
  struct statx exe {};
  if (dir < 0 || statx(dir, "exe", AT_STATX_DONT_SYNC, STATX_INO, &exe) != 0)
    return refused(dir < 0 ? EPERM : errno);
  return fmt::format("{}:{}:{}", exe.stx_dev_major, exe.stx_dev_minor, exe.stx_ino);
}

} // namespace

bool pidfd_exists(int pidfd) {
  return syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) == 0 || errno == EPERM;
}

bool pidfd_exited(int pidfd) {
  pollfd events{pidfd, POLLIN, 0};
  return poll(&events, 1, 0) != 0;
}

Result<ProcTarget> ProcTarget::open(pid_t pid) { return open(pid, false); }

Result<ProcTarget> ProcTarget::self() { return open(getpid(), true); }

Result<ProcTarget> ProcTarget::open(pid_t pid, bool self) {
  auto proc = open_proc();
  if (!proc)
    return tl::unexpected<Error>(proc.error());
  ProcTarget target;
  target.proc_ = std::move(*proc);
  target.pid_ = pid;
  target.self_ = self;
  target.pidfd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  // Without pidfd_open(2) (before 5.3, gVisor) the directory alone holds it: once the process is gone its
  // files answer ESRCH, whoever has the number then.
  if (!target.pidfd_ && errno != ENOSYS) {
    const int problem = errno;
    if (problem == ESRCH)
      return error(ErrorKind::target, fmt::format("there is no process {} (in this PID namespace)", pid));
    const Fd thread(openat(target.proc_.get(), std::to_string(pid).c_str(), O_PATH | O_CLOEXEC));
    if (thread && (problem == EINVAL || problem == ENOENT))
      return error(ErrorKind::target,
                   fmt::format("{0} is a thread, not a process; its process is the Tgid in "
                               "/proc/{0}/status",
                               pid));
    return error(ErrorKind::target,
                 fmt::format("could not hold process {}: pidfd_open: {}", pid, std::strerror(problem)));
  }
  auto dir = open_beneath(target.proc_.get(), std::to_string(pid), O_PATH | O_DIRECTORY);
  struct stat shown {};
  if (dir &&
      fstat(dir->get(), &shown) == 0) // hidepid=2 lets it be opened, and then answers ENOENT to everything
    target.dir_ = std::move(*dir);
  if (!target.pidfd_ && !dir)
    return error(ErrorKind::target, fmt::format("there is no process {} that /proc shows", pid));
  if (!target.exists()) // the directory may already be another process's
    return error(ErrorKind::target, fmt::format("process {} ended before it could be inspected", pid));
  return target;
}

bool ProcTarget::exists() const {
  return pidfd_ ? pidfd_exists(pidfd_.get()) : read("stat", small_file).has_value();
}

bool ProcTarget::exited() const {
  if (pidfd_)
    return pidfd_exited(pidfd_.get());
  const Reading stat = read("stat", small_file);
  const std::size_t name_end = stat ? stat->rfind(')') : std::string::npos;
  return name_end != std::string::npos && stat->compare(name_end + 1, 2, " Z") == 0;
}

tl::expected<int, int> ProcTarget::dir() const {
  if (dir_)
    return dir_.get();
  return tl::unexpected<int>(EPERM);
}

Reading ProcTarget::read(const std::string& path, std::size_t limit) const {
  if (!dir_)
    return refused(EPERM, "/proc does not show this process though it exists (hidepid)");
  return read_beneath(dir_.get(), path, limit);
}

Reading ProcTarget::identity() const {
  if (!exists())
    return refused(ESRCH, "the process is gone");
  const Reading boot_id = read_host_file("/proc/sys/kernel/random/boot_id");
  return property_line("vantage", self_ ? "self" : "observer") + property_line("pid", std::to_string(pid_)) +
         property_line("start_ticks", start_ticks(read("stat", small_file))) +
         property_line("boot_id", boot_id ? Reading(boot_id->substr(0, boot_id->find('\n'))) : boot_id) +
         property_line("executable", executable(dir_.get())) +
         property_line("exited", exited() ? "yes" : "no");
}

} // namespace sbx
