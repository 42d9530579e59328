#include "kernel/live_resolv_conf.h"

#include "core/errno_name.h"
#include "kernel/child.h"
#include "kernel/file.h"
#include "kernel/living_task.h"
#include "kernel/local_fs.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 2000, most_races = 64;
constexpr char path[] = "/etc/resolv.conf", directory[] = "/etc";
constexpr std::string_view whole = "whole ";

struct Answer {
  int error = 0;
  const char* step = "";
  std::string bytes;
};

// Symbolic links are followed inside the target's root, for systemd-resolved makes one of this file. Nothing
// is opened but a place: a device or a pipe would notice.
Fd open_in_root(int root, const char* name) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  for (int race = 0; race < most_races && fd < 0; ++race) {
    fd = syscall(SYS_openat2, root, name, &how, sizeof how);
    if (fd < 0 && errno != EAGAIN && errno != EINTR)
      break;
  }
  return Fd(static_cast<int>(fd));
}

// Whether reading gives what was written, and nobody decides on it but the kernel.
bool stores_files(int fd) {
  struct statfs fs {};
  const LocalFs* local = fstatfs(fd, &fs) == 0 ? local_fs(static_cast<std::uint64_t>(fs.f_type)) : nullptr;
  return local && local->stores_files;
}

// That nothing is there is believed of a file system that answers the same to everybody.
Answer not_there(int root) {
  const Fd dir = open_in_root(root, directory);
  if (!dir)
    return {errno == ENOTDIR ? ENOENT : errno, "opening /etc", {}};
  return stores_files(dir.get())
             ? Answer{ENOENT, path, {}}
             : Answer{EREMOTE, "/etc is on a file system that may answer others otherwise", {}};
}

Answer look(int root, int proc) {
  const Fd place = open_in_root(root, path);
  if (!place && (errno == ENOENT || errno == ENOTDIR))
    return not_there(root);
  struct stat status {};
  if (!place || fstat(place.get(), &status) != 0)
    return {errno, path, {}};
  if (!S_ISREG(status.st_mode))
    return {EBADMSG, "/etc/resolv.conf is not a regular file", {}};
  if (!stores_files(place.get()))
    return {EREMOTE, "/etc/resolv.conf is on a file system that may do anything when it is read", {}};
  const std::string held = fmt::format("self/fd/{}", place.get()); // of our own /proc
  const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  Fd file(openat(proc, held.c_str(), flags | O_NOATIME)); // EPERM where it is not ours
  if (!file && errno == EPERM)
    file = Fd(openat(proc, held.c_str(), flags));
  if (!file)
    return {errno, "opening /etc/resolv.conf", {}};
  Reading bytes = read_all(file.get(), small_file);
  return bytes ? Answer{0, "", std::move(*bytes)}
               : Answer{bytes.error().error, "reading /etc/resolv.conf", {}};
}

// Its magic link is followed: that is how the root is found whatever the target names it.
tl::expected<Fd, int> open_root(int task) {
  Fd root(openat(task, "root", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root)
    return tl::unexpected<int>(errno == ENOENT ? ESRCH : errno);
  return root;
}

void tell(const ProcTarget& target, int out) {
  const auto root = open_living(target, open_root);
  const Answer answer = root ? look(root->get(), target.proc())
                             : Answer{root.error().error, "opening the root directory of the target", {}};
  const std::string text = answer.error == 0
                               ? fmt::format("{}{}\n{}", whole, answer.bytes.size(), answer.bytes)
                               : fmt::format("{}\n{}", errno_name(answer.error), answer.step);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t wrote = write(out, rest.data(), rest.size());
    if (wrote < 0 && errno != EINTR)
      return;
    rest.remove_prefix(static_cast<std::size_t>(wrote < 0 ? 0 : wrote));
  }
}

} // namespace

// In a child: any file system on the way may never answer.
Reading read_resolv_conf(const ProcTarget& target) {
  ChildAnswer said = hear_child([&](int out) { tell(target, out); },
                                {.deadline_ms = deadline_ms, .most_bytes = small_file + 64});
  if (said.cut)
    return refused(said.cut->error, "reading /etc/resolv.conf of the target");
  const std::size_t line = said.bytes.find('\n');
  const std::string first = said.bytes.substr(0, line);
  std::string rest = line == said.bytes.npos ? "" : said.bytes.substr(line + 1);
  if (first == fmt::format("{}{}", whole, rest.size()))
    return rest;
  const auto error = errno_from_name(first);
  return error ? refused(*error, rest) : refused(ECHILD, "the child that reads /etc/resolv.conf died");
}

} // namespace sbx
