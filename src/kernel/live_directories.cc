#include "kernel/live_directories.h"

#include "kernel/local_fs.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_names = 1024;
constexpr int most_races = 64; // with renames of the target's

Fd open_in_root(int root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  int fd = -1;
  for (int race = 0; race < most_races && fd < 0; ++race) {
    fd = static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
    if (fd < 0 && errno != EAGAIN && errno != EINTR)
      break;
  }
  return Fd(fd);
}

// Of one that is known to be a directory: opened, nothing but its own inode is touched, and where it is ours
// not even its time of access.
int open_to_list(int held) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC;
  const int fd = openat(held, ".", flags | O_NOATIME);
  return fd >= 0 || errno != EPERM ? fd : openat(held, ".", flags);
}

std::string entry_line(int dir, const char* name) {
  struct statx seen {};
  if (statx(dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MODE,
            &seen) != 0)
    return fmt::format("entry {} {}\n", escaped_word(name), refusal_word(errno));
  return fmt::format("entry {} mode={:o} rdev={}:{}\n", escaped_word(name), seen.stx_mode,
                     seen.stx_rdev_major, seen.stx_rdev_minor);
}

// 0 or an errno; `cut`: there are more names.
int list(const Asking& asking, const std::string& path, bool& cut) {
  if (path.find('\0') != std::string::npos)
    return EINVAL;
  const Fd held = open_in_root(asking.root, path);
  struct statfs fs {};
  if (!held || fstatfs(held.get(), &fs) != 0)
    return errno;
  if (!local_fs(static_cast<std::uint64_t>(fs.f_type))) // autofs would mount, FUSE would ask a process
    return EREMOTE;
  const int fd = open_to_list(held.get());
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(fd >= 0 ? fdopendir(fd) : nullptr, closedir);
  if (!dir)
    return errno;
  std::string said;
  std::size_t names = 0;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) { // NOLINT(concurrency-mt-unsafe): a stream of our own
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..")
      continue;
    cut = ++names > most_names;
    if (cut)
      break;
    said += entry_line(fd, entry->d_name);
    errno = 0;
  }
  const int error = cut ? 0 : errno;
  say(asking.out, said);
  return error;
}

void list_all(const Asking& asking) {
  for (std::size_t i = asking.first; i < asking.paths.size(); ++i) {
    say(asking.out, "dir " + escaped_word(asking.paths[i]) + "\n");
    bool cut = false;
    const int error = list(asking, asking.paths[i], cut);
    say(asking.out, "end " + (error != 0 ? errno_name(error) : std::string(cut ? "cut" : "ok")) + "\n");
  }
}

constexpr PathQuestion what_it_holds{list_all, [](std::string_view line) { return line.starts_with("end "); },
                                     [](const std::string& path, std::string_view met, int error) {
                                       return (met.empty() ? "dir " + escaped_word(path) + "\n"
                                                           : std::string(met)) +
                                              "end " + errno_name(error) + "\n";
                                     }};

} // namespace

Reading read_directories(const ProcTarget& target, const std::vector<std::string>& paths) {
  return ask_in_children(target, paths, what_it_holds);
}

} // namespace sbx
