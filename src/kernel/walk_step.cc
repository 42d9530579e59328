#include "kernel/walk_step.h"

#include "kernel/local_fs.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

namespace sbx {

namespace {

constexpr long nosymfollow = 0x2000; // ST_NOSYMFOLLOW, statfs(2), 5.10

// Only where nobody can keep us waiting; and what was not told counts as having one.
bool has_acl(int fd, unsigned mode, const LocalFs* fs) {
  if (S_ISLNK(mode))
    return false;
  if (!fs)
    return true;
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  return getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) >= 0 ||
         (errno != ENODATA && errno != EOPNOTSUPP);
}

} // namespace

tl::expected<MetFile, int> meet(int fd, FdInfo& info) {
  struct statx seen {};
  struct statfs fs {};
  if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS | STATX_MNT_ID, &seen) != 0 ||
      fstatfs(fd, &fs) != 0)
    return tl::unexpected<int>(errno);
  MetFile met;
  met.magic = static_cast<std::uint64_t>(fs.f_type);
  met.numbers = {seen.stx_mnt_id, seen.stx_ino};
  const LocalFs* local = local_fs(met.magic);
  if (!local || !local->shows_inode || !(seen.stx_mask & STATX_MNT_ID)) {
    const auto own = info.of(fd);
    if (!own)
      return tl::unexpected<int>(own.error());
    met.numbers = *own;
  }
  met.major = seen.stx_dev_major;
  met.minor = seen.stx_dev_minor;
  met.mode = seen.stx_mode;
  met.follows_links = !(fs.f_flags & nosymfollow);
  met.below_mount = (seen.stx_attributes_mask & ~seen.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  met.keys = fmt::format("mnt={} dev={}:{} inode={} mode={:o} uid={} gid={} nlink={} rdev={}:{} "
                         "attributes={:#x} acl={} magic={:#x}",
                         met.numbers.mount, met.major, met.minor, met.numbers.inode, met.mode, seen.stx_uid,
                         seen.stx_gid, seen.stx_nlink, seen.stx_rdev_major, seen.stx_rdev_minor,
                         seen.stx_attributes, has_acl(fd, met.mode, local) ? 1 : 0, met.magic);
  return met;
}

} // namespace sbx
