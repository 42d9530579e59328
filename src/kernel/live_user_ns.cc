#include "kernel/live_user_ns.h"

#include "core/errno_name.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

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

// A descriptor of one of the target's namespaces. The magic link that is followed leads to a namespace and to
// nothing that the target could put there.
tl::expected<Fd, Refusal> open_ns(const ProcTarget& target, const char* kind) {
  const auto dir = target.dir();
  if (!dir)
    return tl::unexpected<Refusal>(
        Refusal{dir.error(), "/proc does not show this process though it exists (hidepid)"});
  const auto links = open_beneath(*dir, "ns", O_PATH | O_DIRECTORY);
  if (!links)
    return tl::unexpected<Refusal>(Refusal{links.error(), "opening its ns directory"});
  Fd ns(openat(links->get(), kind, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!ns)
    return tl::unexpected<Refusal>(Refusal{errno, fmt::format("opening its {} namespace", kind)});
  return ns;
}

Reading inode_of(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 ? Reading(std::to_string(status.st_ino)) : refused(errno);
}

} // namespace

Reading read_user_ns(const ProcTarget& target) {
  auto ns = open_ns(target, "user");
  if (!ns)
    return tl::unexpected<Refusal>(ns.error());
  std::string text;
  for (int level = 0; level < most_levels; ++level) {
    const Reading inode = inode_of(ns->get());
    uid_t owner = 0;
    if (!inode || ioctl(ns->get(), NS_GET_OWNER_UID, &owner) != 0)
      return refused(errno, "asking for the owner of its user namespace");
    text += fmt::format("user {} owner_uid={}\n", *inode, owner);
    Fd parent(ioctl(ns->get(), NS_GET_PARENT));
    if (!parent)
      return text + "end " + errno_name(errno) + "\n";
    *ns = std::move(parent);
  }
  return refused(ELOOP, "more user namespaces above it than the kernel allows");
}

Reading read_ns_owners(const ProcTarget& target) {
  std::string text;
  for (const char* kind : {"mnt", "net"}) {
    const auto ns = open_ns(target, kind);
    if (!ns)
      return tl::unexpected<Refusal>(ns.error());
    const Reading inode = inode_of(ns->get());
    if (!inode)
      return inode;
    const Fd owner(ioctl(ns->get(), NS_GET_USERNS)); // EPERM: it is an ancestor of our own user namespace
    text += property_line(*inode, owner ? inode_of(owner.get()) : refused(errno));
  }
  return text;
}

} // namespace sbx
