#include "kernel/live_paths.h"

#include "kernel/fd_info.h"
#include "kernel/local_fs.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <unordered_map>

namespace sbx {

namespace {

constexpr std::size_t a_write = 32 * 1024;
constexpr int most_races = 64; // with renames of the target's

int open_in_root(int root, const char* path, std::uint64_t more) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | more;
  return static_cast<int>(syscall(SYS_openat2, root, path, &how, sizeof how));
}

class Spots {
public:
  explicit Spots(const Asking& asking) : asking_(asking), info_(asking.target.proc()) {}

  void ask() {
    for (std::size_t i = asking_.first; i < asking_.paths.size(); ++i) {
      line_ = escaped_word(asking_.paths[i]) + " ";
      const int error = look(asking_.paths[i]);
      said_ += error == 0 ? line_ : line_ + refusal_word(error);
      said_ += '\n';
      if (said_.size() >= a_write)
        flush();
    }
    flush();
  }

private:
  void flush() {
    say(asking_.out, said_);
    said_.clear();
  }

  // What the kernel has at hand is taken from there, at once. Before any file system is asked, all that is
  // known is told, for nothing may come after it.
  int open_path(const std::string& path) {
    int fd = cached_ ? open_in_root(asking_.root, path.c_str(), RESOLVE_CACHED) : -1;
    if (cached_ && (fd >= 0 || (errno != EAGAIN && errno != EINVAL)))
      return fd;
    cached_ = cached_ && errno == EAGAIN; // EINVAL: before 5.12
    flush();
    for (int race = 0; race < most_races; ++race) {
      fd = open_in_root(asking_.root, path.c_str(), 0);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }
    return fd;
  }

  // Asked once for each mount, for statfs(2) may be answered by a process.
  bool shows_inode(int fd, std::uint64_t mount) {
    const auto [known, added] = shows_inode_.try_emplace(mount, false);
    if (added && !asking_.careful) {
      said_ += line_; // unfinished: if this is where we stay, it is not for want of the file
      flush();
      line_.clear();
      struct statfs fs {};
      const LocalFs* local =
          fstatfs(fd, &fs) == 0 ? local_fs(static_cast<std::uint64_t>(fs.f_type)) : nullptr;
      known->second = local && local->shows_inode;
    }
    return known->second;
  }

  int look(const std::string& path) {
    if (path.find('\0') != std::string::npos)
      return EINVAL;
    const Fd fd(open_path(path));
    struct statx seen {};
    if (!fd || statx(fd.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                     STATX_TYPE | STATX_MODE | STATX_INO | STATX_MNT_ID, &seen) != 0)
      return errno;
    FdNumbers numbers{seen.stx_mnt_id, seen.stx_ino};
    if (!(seen.stx_mask & STATX_MNT_ID) || !shows_inode(fd.get(), numbers.mount)) {
      const auto own = info_.of(fd.get());
      if (!own)
        return own.error();
      numbers = *own;
    }
    fmt::format_to(std::back_inserter(line_), "mnt={} dev={}:{} inode={} mode={:o}", numbers.mount,
                   seen.stx_dev_major, seen.stx_dev_minor, numbers.inode, seen.stx_mode);
    return 0;
  }

  const Asking& asking_;
  FdInfo info_;
  bool cached_ = true;
  std::string said_, line_;
  std::unordered_map<std::uint64_t, bool> shows_inode_; // by mount
};

constexpr PathQuestion what_stands_there{[](const Asking& asking) { Spots(asking).ask(); },
                                         [](std::string_view) { return true; }, // a line is an entry
                                         [](const std::string& path, std::string_view, int error) {
                                           return escaped_word(path) + " " + refusal_word(error) + "\n";
                                         }};

} // namespace

Reading read_paths(const ProcTarget& target, const std::vector<std::string>& paths) {
  const Fd offered(open_in_root(target.proc(), ".", 0)); // of our own /proc, so only the call itself is tried
  if (!offered)
    return refused(errno, "openat2(2), without which no path of the target is opened safely");
  return ask_in_children(target, paths, what_stands_there);
}

} // namespace sbx
