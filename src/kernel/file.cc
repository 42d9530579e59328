#include "kernel/file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

// For kernels without openat2(2) (before 5.6, gVisor): the same step by step. Another file system on the way
// is refused by its device number, which does not show a bind mount of the same one.
tl::expected<Fd, int> walk_beneath(int dir, const std::string& path, int flags) {
  struct stat start {
  }, here{};
  if (fstat(dir, &start) != 0)
    return tl::unexpected<int>(errno);
  Fd at;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string step = path.substr(begin, end - begin);
    const int how = end == path.size() ? flags : O_PATH | O_DIRECTORY;
    if (step == "..")
      return tl::unexpected<int>(EXDEV);
    Fd next(openat(at ? at.get() : dir, step.c_str(), how | O_NOFOLLOW | O_CLOEXEC));
    if (!next || fstat(next.get(), &here) != 0)
      return tl::unexpected<int>(errno);
    if (here.st_dev != start.st_dev || S_ISLNK(here.st_mode))
      return tl::unexpected<int>(S_ISLNK(here.st_mode) ? ELOOP : EXDEV);
    at = std::move(next);
    begin = end + 1;
  }
  return at;
}

} // namespace

tl::expected<Fd, int> open_beneath(int dir, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  long fd = -1;
  do
    fd = syscall(SYS_openat2, dir, path.c_str(), &how, sizeof how);
  while (fd < 0 && (errno == EINTR || errno == EAGAIN)); // EAGAIN: a rename raced with the walk
  if (fd < 0 && errno == ENOSYS)
    return walk_beneath(dir, path, flags);
  if (fd < 0)
    return tl::unexpected<int>(errno);
  return Fd(static_cast<int>(fd));
}

Reading read_all(int fd, std::size_t limit, int patience) {
  std::string bytes;
  char part[64 * 1024]; // files of /proc give a page at a time, whatever room there is
  while (true) {
    const ssize_t got = ::read(fd, part, sizeof part);
    if (got < 0 && errno == EAGAIN && patience > 0) {
      pollfd waited{fd, POLLIN, 0};
      if (poll(&waited, 1, patience) == 0)
        return refused(ETIMEDOUT);
    } else if (got < 0 && errno != EINTR) {
      return refused(errno);
    }
    bytes.append(part, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (bytes.size() > limit)
      return refused(EFBIG, "longer than " + std::to_string(limit) + " bytes");
    if (got == 0)
      return bytes;
  }
}

Reading read_beneath(int dir, const std::string& path, std::size_t limit) {
  const auto fd = open_beneath(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd)
    return refused(fd.error());
  struct stat status {};
  if (fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode))
    return refused(EBADMSG, "not a regular file");
  return read_all(fd->get(), limit);
}

Reading read_pseudo_file(const std::string& path, long magic) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW));
  struct statfs fs {};
  if (!fd || fstatfs(fd.get(), &fs) != 0)
    return refused(errno, path);
  return fs.f_type == magic ? read_all(fd.get(), small_file)
                            : refused(EXDEV, path + " is not of the file system that belongs there");
}

Reading read_host_file(const std::string& path, std::size_t limit) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW));
  return fd ? read_all(fd.get(), limit) : refused(errno, path);
}

Reading read_named_file(const std::string& path, std::size_t limit) {
  constexpr int patience = 10'000;
  const Fd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return fd ? read_all(fd.get(), limit, patience) : refused(errno, path);
}

tl::expected<std::vector<int>, int> list_numbers(int dir, const std::string& path, std::size_t most) {
  const auto listed = open_beneath(dir, path, O_RDONLY | O_DIRECTORY);
  if (!listed)
    return tl::unexpected<int>(listed.error());
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(listed->get())), closedir);
  if (!stream)
    return tl::unexpected<int>(errno);
  std::vector<int> numbers;
  errno = 0;
  while (const dirent* entry = numbers.size() <= most ? readdir(stream.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    int number = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem == std::errc{} && end == name.data() + name.size())
      numbers.push_back(number);
  }
  if (errno != 0)
    return tl::unexpected<int>(errno);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

} // namespace sbx
