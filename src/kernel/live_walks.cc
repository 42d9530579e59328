#include "kernel/live_walks.h"

#include "kernel/local_fs.h"
#include "kernel/path_children.h"
#include "kernel/program_interpreter.h"
#include "kernel/property_text.h"
#include "kernel/walk_step.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int most_links = 40;     // MAXSYMLINKS, path_resolution(7)
constexpr int most_lines = 10'000; // of one walk

struct Place {
  Fd fd;
  MetFile met;
};

// A procfs may show one asker a process, or a part of one or of a namespace, that it hides from another. What
// its root lacks beside processes, it lacks for all: fs/proc/root.c, fs/proc/generic.c.
bool may_hide(const MetFile& dir, std::string_view name) {
  constexpr std::uint64_t root_of_proc = 1; // PROC_ROOT_INO
  return dir.magic == PROC_SUPER_MAGIC &&
         (dir.numbers.inode != root_of_proc || name.find_first_not_of("0123456789") == name.npos);
}

bool only_slashes(std::string_view rest) { return rest.find_first_not_of('/') == rest.npos; }

class Walk {
public:
  Walk(const Asking& asking, FdInfo& info) : asking_(asking), info_(info) {}

  void take(const std::string& path) {
    line("path " + escaped_word(path));
    const int error = follow(path);
    line("end " + (error == 0 ? std::string("ok") : errno_name(error)));
  }

private:
  // At once: the next call may be the one that never comes back.
  void line(const std::string& text) {
    ++lines_;
    say(asking_.out, text + "\n");
  }

  // 0 or an errno, as all below.
  int open_at(int dir, const char* name, int flags, Place& place) {
    place.fd = Fd(openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | flags));
    if (!place.fd)
      return errno;
    auto met = meet(place.fd.get(), info_);
    if (!met)
      return met.error();
    place.met = std::move(*met);
    return 0;
  }

  int enter_root() {
    trail_.clear();
    return open_at(asking_.root, ".", O_DIRECTORY, trail_.emplace_back());
  }

  // The target must be allowed to search this directory, whatever the name: "." and ".." too.
  void search() {
    if (trail_.back().met.keys == searched_)
      return;
    searched_ = trail_.back().met.keys;
    line("search " + searched_);
  }

  int follow(const std::string& path) {
    if (path.size() >= PATH_MAX || path.find('\0') != path.npos)
      return path.size() >= PATH_MAX ? ENAMETOOLONG : EINVAL;
    std::string rest = path;
    if (const int error = enter_root())
      return error;
    while (!only_slashes(rest)) {
      if (lines_ > most_lines)
        return EFBIG;
      rest.erase(0, rest.find_first_not_of('/'));
      const std::string name = rest.substr(0, rest.find('/'));
      rest.erase(0, name.size());
      search();
      if (name == "..") {
        if (trail_.size() > 1)
          trail_.pop_back();
      } else if (name != ".") {
        bool ended = false;
        if (const int error = step(name, rest, ended); error != 0 || ended)
          return error;
      }
    }
    return arrive(trail_.back(), nullptr);
  }

  // One name. `ended`: it was the last, and all was said.
  int step(const std::string& name, std::string& rest, bool& ended) {
    const Place& dir = trail_.back();
    if (name.size() > NAME_MAX)
      return ENAMETOOLONG;
    if (dir.met.magic == AUTOFS_SUPER_MAGIC)
      return EREMOTE; // what stands there is decided when somebody comes by, and we change nothing
    Place next;
    const int error = open_at(dir.fd.get(), name.c_str(), 0, next);
    if (error == ENOENT && may_hide(dir.met, name))
      return EREMOTE;
    if (error == ENOENT && !next.fd && only_slashes(rest)) {
      ended = true;
      line("missing " + escaped_word(name));
      return climb(dir, true);
    }
    if (error != 0)
      return error;
    if (S_ISLNK(next.met.mode))
      return splice(next, rest);
    if (S_ISDIR(next.met.mode)) {
      trail_.push_back(std::move(next));
      return 0;
    }
    if (!rest.empty())
      return ENOTDIR;
    ended = true;
    return arrive(next, &dir);
  }

  int splice(const Place& link, std::string& rest) {
    if (link.met.magic == PROC_SUPER_MAGIC)
      return EREMOTE;
    if (++links_ > most_links || !link.met.follows_links)
      return ELOOP;
    char target[PATH_MAX];
    const ssize_t length = readlinkat(link.fd.get(), "", target, sizeof target);
    if (length <= 0 || length == sizeof target)
      return length < 0 ? errno : length == 0 ? ENOENT : ENAMETOOLONG;
    const std::string bytes(target, static_cast<std::size_t>(length));
    line(fmt::format("link {} target={}", link.met.keys, escaped_word(bytes)));
    rest.insert(0, bytes);
    return bytes.front() == '/' ? enter_root() : 0;
  }

  // `dir`: where a file that is no directory was found.
  int arrive(const Place& file, const Place* dir) {
    const auto interpreter = interpreter_of(file);
    line("file " + file.met.keys + (interpreter ? " interpreter=" + escaped_word(*interpreter) : ""));
    return dir ? climb(*dir, true) : climb(file, false);
  }

  // Only of a file that holds what was written to it, opened by the descriptor that was looked at.
  std::optional<std::string> interpreter_of(const Place& file) const {
    const LocalFs* fs = local_fs(file.met.magic);
    if (!S_ISREG(file.met.mode) || !(file.met.mode & 0111) || !fs || !fs->stores_files)
      return std::nullopt;
    const std::string path = fmt::format("/proc/self/fd/{}", file.fd.get());
    const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    Fd opened(open(path.c_str(), flags | O_NOATIME)); // EPERM where it is not ours
    if (!opened && errno == EPERM)
      opened = Fd(open(path.c_str(), flags));
    return opened ? program_interpreter(opened.get()) : std::nullopt;
  }

  // Upward, not stopping at the root of the process: Landlock does not. ".." steps over a directory that a
  // mount covers, and so does Landlock.
  int climb(const Place& from, bool with_it) {
    if (with_it)
      line("above " + from.met.keys);
    Place here;
    if (const int error = open_at(from.fd.get(), ".", O_DIRECTORY, here))
      return error;
    while (lines_ <= most_lines) {
      Place next;
      if (const int error = open_at(here.fd.get(), "..", O_DIRECTORY, next))
        return error;
      if (next.met.same_as(here.met))
        return here.met.below_mount ? EXDEV : 0; // our own root directory is in the way
      line("above " + next.met.keys);
      here = std::move(next);
    }
    return EFBIG;
  }

  const Asking& asking_;
  FdInfo& info_;
  std::vector<Place> trail_; // from the root of the process, which is its first
  std::string searched_;     // the last that was said
  int links_ = 0, lines_ = 0;
};

constexpr PathQuestion what_is_met{[](const Asking& asking) {
                                     FdInfo info(asking.target.proc());
                                     for (std::size_t i = asking.first; i < asking.paths.size(); ++i)
                                       Walk(asking, info).take(asking.paths[i]);
                                   },
                                   [](std::string_view line) { return line.starts_with("end "); },
                                   [](const std::string& path, std::string_view met, int error) {
                                     return (met.empty() ? "path " + escaped_word(path) + "\n"
                                                         : std::string(met)) +
                                            "end " + errno_name(error) + "\n";
                                   }};

} // namespace

Reading read_walks(const ProcTarget& target, const std::vector<std::string>& paths) {
  return ask_in_children(target, paths, what_is_met);
}

} // namespace sbx
