// Mounts, file systems, quotas and swap: uapi/linux/{mount,fs,quota}.h, include/linux/{fs,swap}.h of
// Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto mount_flags = std::to_array<NamedValue>(
    {{0x1, "MS_RDONLY"},         {0x2, "MS_NOSUID"},         {0x4, "MS_NODEV"},
     {0x8, "MS_NOEXEC"},         {0x10, "MS_SYNCHRONOUS"},   {0x20, "MS_REMOUNT"},
     {0x40, "MS_MANDLOCK"},      {0x80, "MS_DIRSYNC"},       {0x100, "MS_NOSYMFOLLOW"},
     {0x400, "MS_NOATIME"},      {0x800, "MS_NODIRATIME"},   {0x1000, "MS_BIND"},
     {0x2000, "MS_MOVE"},        {0x4000, "MS_REC"},         {0x8000, "MS_SILENT"},
     {0x10000, "MS_POSIXACL"},   {0x20000, "MS_UNBINDABLE"}, {0x40000, "MS_PRIVATE"},
     {0x80000, "MS_SLAVE"},      {0x100000, "MS_SHARED"},    {0x200000, "MS_RELATIME"},
     {0x400000, "MS_KERNMOUNT"}, {0x800000, "MS_I_VERSION"}, {0x1000000, "MS_STRICTATIME"},
     {0x2000000, "MS_LAZYTIME"}, {0x80000000, "MS_NOUSER"}});
constexpr auto umount_flags = std::to_array<NamedValue>(
    {{0x1, "MNT_FORCE"}, {0x2, "MNT_DETACH"}, {0x4, "MNT_EXPIRE"}, {0x8, "UMOUNT_NOFOLLOW"}});
constexpr auto open_flags = std::to_array<NamedValue>({{0x1, "FSOPEN_CLOEXEC"}});
constexpr auto pick_flags = std::to_array<NamedValue>({{0x1, "FSPICK_CLOEXEC"},
                                                       {0x2, "FSPICK_SYMLINK_NOFOLLOW"},
                                                       {0x4, "FSPICK_NO_AUTOMOUNT"},
                                                       {0x8, "FSPICK_EMPTY_PATH"}});
constexpr auto fsmount_flags =
    std::to_array<NamedValue>({{0x1, "FSMOUNT_CLOEXEC"}, {0x2, "FSMOUNT_NAMESPACE"}});
constexpr auto attributes = std::to_array<NamedValue>({{0x1, "MOUNT_ATTR_RDONLY"},
                                                       {0x2, "MOUNT_ATTR_NOSUID"},
                                                       {0x4, "MOUNT_ATTR_NODEV"},
                                                       {0x8, "MOUNT_ATTR_NOEXEC"},
                                                       {0x10, "MOUNT_ATTR_NOATIME"},
                                                       {0x20, "MOUNT_ATTR_STRICTATIME"},
                                                       {0x80, "MOUNT_ATTR_NODIRATIME"},
                                                       {0x100000, "MOUNT_ATTR_IDMAP"},
                                                       {0x200000, "MOUNT_ATTR_NOSYMFOLLOW"}});
constexpr auto config_commands = std::to_array<NamedValue>({{0, "FSCONFIG_SET_FLAG"},
                                                            {1, "FSCONFIG_SET_STRING"},
                                                            {2, "FSCONFIG_SET_BINARY"},
                                                            {3, "FSCONFIG_SET_PATH"},
                                                            {4, "FSCONFIG_SET_PATH_EMPTY"},
                                                            {5, "FSCONFIG_SET_FD"},
                                                            {6, "FSCONFIG_CMD_CREATE"},
                                                            {7, "FSCONFIG_CMD_RECONFIGURE"},
                                                            {8, "FSCONFIG_CMD_CREATE_EXCL"}});
constexpr auto tree_flags = std::to_array<NamedValue>({{0x1, "OPEN_TREE_CLONE"},
                                                       {0x2, "OPEN_TREE_NAMESPACE"},
                                                       {0x100, "AT_SYMLINK_NOFOLLOW"},
                                                       {0x800, "AT_NO_AUTOMOUNT"},
                                                       {0x1000, "AT_EMPTY_PATH"},
                                                       {0x8000, "AT_RECURSIVE"},
                                                       {0x80000, "OPEN_TREE_CLOEXEC"}});
constexpr auto move_flags = std::to_array<NamedValue>({{0x1, "MOVE_MOUNT_F_SYMLINKS"},
                                                       {0x2, "MOVE_MOUNT_F_AUTOMOUNTS"},
                                                       {0x4, "MOVE_MOUNT_F_EMPTY_PATH"},
                                                       {0x10, "MOVE_MOUNT_T_SYMLINKS"},
                                                       {0x20, "MOVE_MOUNT_T_AUTOMOUNTS"},
                                                       {0x40, "MOVE_MOUNT_T_EMPTY_PATH"},
                                                       {0x100, "MOVE_MOUNT_SET_GROUP"},
                                                       {0x200, "MOVE_MOUNT_BENEATH"}});
constexpr auto statmount_flags = std::to_array<NamedValue>({{0x1, "STATMOUNT_BY_FD"}});
constexpr auto listmount_flags = std::to_array<NamedValue>({{0x1, "LISTMOUNT_REVERSE"}});
constexpr auto quota_commands = std::to_array<NamedValue>({{0x580100, "Q_XQUOTAON"},
                                                           {0x580200, "Q_XQUOTAOFF"},
                                                           {0x580300, "Q_XGETQUOTA"},
                                                           {0x580400, "Q_XSETQLIM"},
                                                           {0x580500, "Q_XGETQSTAT"},
                                                           {0x580600, "Q_XQUOTARM"},
                                                           {0x580700, "Q_XQUOTASYNC"},
                                                           {0x580800, "Q_XGETQSTATV"},
                                                           {0x580900, "Q_XGETNEXTQUOTA"},
                                                           {0x80000100, "Q_SYNC"},
                                                           {0x80000200, "Q_QUOTAON"},
                                                           {0x80000300, "Q_QUOTAOFF"},
                                                           {0x80000400, "Q_GETFMT"},
                                                           {0x80000500, "Q_GETINFO"},
                                                           {0x80000600, "Q_SETINFO"},
                                                           {0x80000700, "Q_GETQUOTA"},
                                                           {0x80000800, "Q_SETQUOTA"},
                                                           {0x80000900, "Q_GETNEXTQUOTA"}});
constexpr auto quota_types = std::to_array<NamedValue>({{0x1, "GRPQUOTA"}, {0x2, "PRJQUOTA"}});
constexpr auto swap_flags = std::to_array<NamedValue>({{0x8000, "SWAP_FLAG_PREFER"},
                                                       {0x10000, "SWAP_FLAG_DISCARD"},
                                                       {0x20000, "SWAP_FLAG_DISCARD_ONCE"},
                                                       {0x40000, "SWAP_FLAG_DISCARD_PAGES"}});

constexpr std::array rows{
    ValueRow{in_all, "mount", "flags", {0, {}, mount_flags}},
    ValueRow{in_all, "umount2", "flags", {0, {}, umount_flags}},
    ValueRow{in_all, "fsopen", "flags", {0, {}, open_flags}},
    ValueRow{in_all, "fspick", "flags", {0, {}, pick_flags}},
    ValueRow{in_all, "fsmount", "flags", {0, {}, fsmount_flags}},
    ValueRow{in_all, "fsmount", "attr_flags", {0, {}, attributes}},
    ValueRow{in_all, "fsconfig", "cmd", {~0ull, config_commands, {}}},
    ValueRow{in_all, "open_tree open_tree_attr", "flags", {0, {}, tree_flags}},
    ValueRow{in_all, "move_mount", "flags", {0, {}, move_flags}},
    ValueRow{in_all, "statmount", "flags", {0, {}, statmount_flags}},
    ValueRow{in_all, "listmount", "flags", {0, {}, listmount_flags}},
    ValueRow{in_all, "quotactl quotactl_fd", "cmd", {0xffffff00, quota_commands, quota_types}},
    ValueRow{in_all, "swapon", "swap_flags", {0, {}, swap_flags}},
};

} // namespace

std::span<const ValueRow> mount_values() { return rows; }

} // namespace sbx
