#include "kernel/local_fs.h"

#include <linux/magic.h>

namespace sbx {

namespace {

constexpr std::uint64_t xfs = 0x58465342, f2fs = 0xf2f52010, bcachefs = 0xca451a4e, zfs = 0x2fc12fc1,
                        mqueue = 0x19800202;

// What is not sure to show its inode numbers is asked otherwise, so that is only slower. overlayfs shows
// those of its layers; btrfs and its like show what is theirs, not the kernel's.
constexpr LocalFs known[] = {
    {EXT4_SUPER_MAGIC, true, true},
    {xfs, true, true},
    {TMPFS_MAGIC, true, true},
    {RAMFS_MAGIC, true, true},
    {SQUASHFS_MAGIC, true, true},
    {OVERLAYFS_SUPER_MAGIC, false, true},
    {BTRFS_SUPER_MAGIC, false, true},
    {bcachefs, false, true},
    {zfs, false, true},
    {f2fs, false, true},
    {EROFS_SUPER_MAGIC_V1, false, true},
    {ISOFS_SUPER_MAGIC, false, true},
    {MSDOS_SUPER_MAGIC, false, true},
    {PROC_SUPER_MAGIC, true, false},
    {SYSFS_MAGIC, true, false},
    {DEVPTS_SUPER_MAGIC, true, false},
    {CGROUP_SUPER_MAGIC, true, false},
    {CGROUP2_SUPER_MAGIC, true, false},
    {SECURITYFS_MAGIC, true, false},
    {DEBUGFS_MAGIC, true, false},
    {TRACEFS_MAGIC, true, false},
    {BPF_FS_MAGIC, true, false},
    {mqueue, true, false},
};

} // namespace

const LocalFs* local_fs(std::uint64_t magic) {
  for (const LocalFs& fs : known)
    if (fs.magic == magic)
      return &fs;
  return nullptr;
}

} // namespace sbx
