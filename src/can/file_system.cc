#include "can/file_system.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

using enum FileSystemKind;

struct Row {
  std::uint64_t magic;
  FileSystem system;
};

constexpr std::array rows{
    Row{0xef53, {plain, "ext4"}},
    Row{0x58465342, {plain, "xfs"}},
    Row{0x9123683e, {plain, "btrfs"}},
    Row{0xca451a4e, {plain, "bcachefs"}},
    Row{0xf2f52010, {plain, "f2fs"}},
    Row{0x2fc12fc1, {plain, "zfs"}},
    Row{0x01021994, {plain, "tmpfs"}},
    Row{0x858458f6, {plain, "ramfs"}},
    Row{0x958458f6, {plain, "hugetlbfs"}},
    Row{0x73717368, {plain, "squashfs"}},
    Row{0xe0f5e1e2, {plain, "erofs"}},
    Row{0x28cd3d45, {plain, "cramfs"}},
    Row{0x9660, {plain, "iso9660"}},
    Row{0x4d44, {plain, "vfat"}},
    Row{0x2011bab0, {plain, "exfat"}},
    Row{0x794c7630, {overlay, "overlay"}},
    Row{0x62656572, {pseudo, "sysfs"}},
    Row{0x63677270, {pseudo, "cgroup2"}},
    Row{0x27e0eb, {pseudo, "cgroup"}},
    Row{0x64626720, {pseudo, "debugfs"}},
    Row{0x74726163, {pseudo, "tracefs"}},
    Row{0x73636673, {pseudo, "securityfs"}},
    Row{0xf97cff8c, {pseudo, "selinuxfs"}},
    Row{0xcafe4a11, {pseudo, "bpf"}},
    Row{0xde5e81e4, {pseudo, "efivarfs"}},
    Row{0x62656570, {pseudo, "configfs"}},
    Row{0x1cd1, {pseudo, "devpts"}},
    Row{0x19800202, {pseudo, "mqueue"}},
    Row{0x6165676c, {pseudo, "pstore"}},
    Row{0x42494e4d, {pseudo, "binfmt_misc"}},
    Row{0x9fa0, {proc, "proc"}},
    Row{0x65735546, {server, "fuse"}}, // virtiofs too
    Row{0x6969, {server, "nfs"}},
    Row{0xff534d42, {server, "cifs"}},
    Row{0xfe534d42, {server, "smb3"}},
    Row{0x517b, {server, "smbfs"}},
    Row{0x01021997, {server, "9p"}},
    Row{0x00c36400, {server, "ceph"}},
    Row{0x5346414f, {server, "afs"}},
    Row{0x6b414653, {server, "afs"}},
    Row{0x01161970, {server, "gfs2"}},
    Row{0x7461636f, {server, "ocfs2"}},
};

constexpr std::array<std::string_view, 16> proc_by_mode{
    "version",    "cpuinfo",   "meminfo", "uptime",  "loadavg", "stat",     "filesystems", "devices",
    "partitions", "diskstats", "vmstat",  "cmdline", "misc",    "consoles", "interrupts",  "softirqs"};

} // namespace

FileSystem file_system(std::uint64_t magic) {
  for (const Row& row : rows)
    if (row.magic == (magic & 0xffffffff)) // f_type is signed on some architectures
      return row.system;
  return {other, "a file system that is not known here"};
}

bool proc_file_by_mode(std::string_view name) {
  return std::find(proc_by_mode.begin(), proc_by_mode.end(), name) != proc_by_mode.end();
}

} // namespace sbx
