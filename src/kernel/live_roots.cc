#include "kernel/live_roots.h"

#include "kernel/child.h"
#include "kernel/fd_info.h"
#include "kernel/file.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/kcmp.h>
#include <linux/stat.h>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 4000, most_rounds = 8, most_up = 4096;
constexpr std::size_t most_tasks = 4 << 20;  // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)
constexpr std::size_t most_bytes = 32 << 20; // a recording holds 128 MiB
constexpr long read_only_flag = ST_RDONLY;   // statfs(2) f_flags, since 2.6.36

struct Place {
  Fd fd;
  FdNumbers numbers;
  std::uint32_t major = 0, minor = 0;
  bool below_mount = false; // surely not where its mount begins (statx(2), 5.8)
  bool same_as(const Place& other) const {
    return numbers.mount == other.numbers.mount && numbers.inode == other.numbers.inode &&
           major == other.major && minor == other.minor;
  }
  std::string keys() const {
    return fmt::format("mnt={} dev={}:{} inode={}", numbers.mount, major, minor, numbers.inode);
  }
};

class Standing {
public:
  Standing(int dir, int proc, int out) : dir_(dir), proc_(proc), out_(out), info_(proc) {}

  void tell() {
    tell_self();
    std::string end = "moving";
    for (int round = 0; round < most_rounds && end == "moving"; ++round) {
      const auto tids = list_numbers(dir_, "task", most_tasks);
      if (!tids) {
        end = refusal_word(tids.error());
        break;
      }
      std::vector<pid_t> fresh;
      std::set_difference(tids->begin(), tids->end(), known_.begin(), known_.end(),
                          std::back_inserter(fresh));
      if (fresh.empty() && !tids->empty())
        end = "settled";
      // The roots of all before any working directory, for that may lie where nobody answers.
      const std::size_t first = leaders_.size();
      std::vector<std::pair<pid_t, pid_t>> sharing;
      for (const pid_t tid : fresh)
        tell_root(tid, sharing);
      for (std::size_t i = first; i < leaders_.size(); ++i)
        tell_cwd(leaders_[i]);
      for (const auto& [tid, leader] : sharing)
        line(fmt::format("same {} {}", tid, leader));
      known_ = *tids;
    }
    line("end " + end);
    flush();
  }

private:
  void line(const std::string& text) { said_ += text + "\n"; }
  void flush() {
    say(out_, said_);
    said_.clear();
  }

  // Asks no file system; 0 or an errno.
  int look(Fd&& fd, Place& place) {
    place.fd = std::move(fd);
    struct statx seen {};
    if (statx(place.fd.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO | STATX_MNT_ID,
              &seen) != 0)
      return errno;
    const auto own = info_.of(place.fd.get());
    if (own)
      place.numbers = *own;
    else if (seen.stx_mask & STATX_MNT_ID)
      place.numbers = {seen.stx_mnt_id, seen.stx_ino};
    else
      return own.error();
    place.major = seen.stx_dev_major;
    place.minor = seen.stx_dev_minor;
    place.below_mount = (seen.stx_attributes_mask & ~seen.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
  }

  int open_at(int dir, const char* name, Place& place) {
    Fd fd(openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC));
    return fd ? look(std::move(fd), place) : errno;
  }

  // How many directories are above it, up to the root of its mount namespace, or to `until`, which `met`
  // says.
  tl::expected<unsigned, int> climb(const Place& from, const Place* until, bool& met) {
    met = until && from.same_as(*until);
    if (met)
      return 0U;
    Place here;
    if (const int error = open_at(from.fd.get(), ".", here))
      return tl::unexpected<int>(error);
    for (unsigned up = 0; up < most_up; ++up) {
      met = until && here.same_as(*until);
      if (met)
        return up;
      Place next;
      if (const int error = open_at(here.fd.get(), "..", next))
        return tl::unexpected<int>(error);
      if (next.same_as(here)) {
        if (here.below_mount) // our own root directory is in the way
          return tl::unexpected<int>(EXDEV);
        return up;
      }
      here = std::move(next);
    }
    return tl::unexpected<int>(EFBIG);
  }

  static std::string number_word(const tl::expected<unsigned, int>& number) {
    return number ? std::to_string(*number) : refusal_word(number.error());
  }

  // `link`: in /proc, of the directory that `root` is.
  std::string root_words(const Place& root, int dir, const char* link) {
    char path[4096];
    const ssize_t length = readlinkat(dir, link, path, sizeof path);
    const std::string_view shown(path, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    struct statfs fs {};
    if (fstatfs(root.fd.get(), &fs) != 0)
      return refusal_word(errno);
    bool met = false;
    auto above = climb(root, nullptr, met);
    // A directory of a process that is gone cannot be opened again (Chromium's), but it is no root of a
    // mount, so it is none of a mount namespace either.
    if (!above && root.below_mount)
      above = 1U;
    return fmt::format("{} magic={:#x} ro={} above={} path={}", root.keys(),
                       static_cast<std::uint64_t>(fs.f_type), (fs.f_flags & read_only_flag) != 0 ? 1 : 0,
                       number_word(above), shown.size() < sizeof path ? escaped_word(shown) : std::string());
  }

  void tell_self() {
    Place root;
    const int error = open_at(AT_FDCWD, "/", root);
    line("self " + (error == 0 ? root_words(root, proc_, "self/root") : refusal_word(error)));
  }

  // Links of /proc that are followed: that is how a directory is found whatever the target names it.
  int open_of(pid_t tid, const char* link, Place& place) {
    const auto task = open_beneath(dir_, fmt::format("task/{}", tid), O_PATH | O_DIRECTORY);
    return task ? open_at(task->get(), link, place) : task.error();
  }

  static bool is_gone(int error) { return error == ENOENT || error == ESRCH; }

  void tell_root(pid_t tid, std::vector<std::pair<pid_t, pid_t>>& sharing) {
    for (auto leader = leaders_.rbegin(); leader != leaders_.rend() && leader - leaders_.rbegin() < 8;
         ++leader)
      if (syscall(SYS_kcmp, tid, *leader, KCMP_FS, 0, 0) == 0) {
        sharing.emplace_back(tid, *leader);
        return;
      }
    Place root;
    const auto task = open_beneath(dir_, fmt::format("task/{}", tid), O_PATH | O_DIRECTORY);
    const int error = task ? open_at(task->get(), "root", root) : task.error();
    if (is_gone(error)) // it has exited, and runs no code
      return;
    const std::string words = error == 0 ? root_words(root, task->get(), "root") : refusal_word(error);
    line(fmt::format("root {} {}", tid, words));
    leaders_.push_back(tid);
    flush();
  }

  void tell_cwd(pid_t tid) {
    Place root, cwd;
    int error = open_of(tid, "cwd", cwd);
    if (error == 0)
      error = open_of(tid, "root", root);
    if (error != 0) {
      line(fmt::format("cwd {} {}", tid, refusal_word(error)));
      return;
    }
    bool met = false;
    const auto way = climb(cwd, &root, met);
    line(fmt::format("cwd {} {} outside={}", tid, cwd.keys(),
                     way ? std::string(met ? "0" : "1") : refusal_word(way.error())));
    flush();
  }

  int dir_, proc_, out_;
  FdInfo info_;
  std::string said_;
  std::vector<pid_t> known_, leaders_; // threads; those with a root of their own
};

// With a line for each working directory that did not come before it ended.
std::string completed(const std::string& text, int error) {
  std::set<std::string> without;
  for (std::size_t at = 0, end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t before = line.find(' ') + 1;
    std::string tid = line.substr(before, line.find(' ', before) - before);
    if (line.starts_with("root "))
      without.insert(std::move(tid));
    else if (line.starts_with("cwd "))
      without.erase(tid);
  }
  std::string missing;
  for (const std::string& tid : without)
    missing += "cwd " + tid + " " + refusal_word(error) + "\n";
  return text + missing + "end " + refusal_word(error) + "\n";
}

} // namespace

Reading read_roots(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  ChildAnswer answer = hear_child([&](int out) { Standing(*dir, target.proc(), out).tell(); },
                                  {.deadline_ms = deadline_ms, .most_bytes = most_bytes});
  std::string& text = answer.bytes;
  text.resize(text.rfind('\n') + 1); // npos + 1 is 0
  const bool ended = text.find("\nend ") != std::string::npos;
  const int stopped = answer.cut ? answer.cut->error : ended ? 0 : ECHILD;
  if (text.find("\nroot ") == std::string::npos)
    return refused(stopped != 0 ? stopped : ESRCH, "looking at the root directories of its threads");
  return ended ? std::move(text) : completed(text, stopped);
}

} // namespace sbx
