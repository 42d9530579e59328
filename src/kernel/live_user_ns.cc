#include "kernel/live_user_ns.h"

#include "core/errno_name.h"
#include "kernel/file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {
constexpr int most_levels = 33; // the kernel nests at most 32 below the initial one (user_namespaces(7))
}

Reading read_user_ns(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  const auto links = open_beneath(*dir, "ns", O_PATH | O_DIRECTORY);
  if (!links)
    return refused(links.error(), "opening its ns directory");
  // The one magic link that is followed: it leads to a namespace, nothing the target could put there.
  Fd ns(openat(links->get(), "user", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!ns)
    return refused(errno, "opening its user namespace");
  std::string text;
  for (int level = 0; level < most_levels; ++level) {
    struct stat status {};
    uid_t owner = 0;
    if (fstat(ns.get(), &status) != 0 || ioctl(ns.get(), NS_GET_OWNER_UID, &owner) != 0)
      return refused(errno, "asking for the owner of its user namespace");
    text += fmt::format("user {} owner_uid={}\n", status.st_ino, owner);
    Fd parent(ioctl(ns.get(), NS_GET_PARENT));
    if (!parent)
      return text + "end " + errno_name(errno) + "\n";
    ns = std::move(parent);
  }
  return refused(ELOOP, "more user namespaces above it than the kernel allows");
}

} // namespace sbx
