#include "cli/report_file.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/fd.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

tl::unexpected<Error> problem(const std::string& path) {
  return error(ErrorKind::output,
               fmt::format("could not write the report to {}: {}", escaped(path), errno_name(errno)));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno != EINTR)
      return false;
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(wrote, 0)));
  }
  return true;
}

} // namespace

Result<void> write_report_file(const std::string& path, std::string_view text) {
  struct stat there {};
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return file && write_all(file.get(), text) ? Result<void>() : problem(path);
  }
  const std::string beside = fmt::format("{}.{}.new", path, getpid());
  const Fd file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file)
    return problem(path);
  if (write_all(file.get(), text) && rename(beside.c_str(), path.c_str()) == 0)
    return {};
  auto failed = problem(path);
  unlink(beside.c_str());
  return failed;
}

} // namespace sbx
