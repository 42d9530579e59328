// Paths and how files are opened: uapi/linux/{fcntl,fs,stat,mount,xattr}.h, asm/fcntl.h of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto access_modes = std::to_array<NamedValue>({{0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}});
constexpr auto open_flags = std::to_array<NamedValue>({{0x101000, "O_SYNC"},
                                                       {0x410000, "O_TMPFILE"},
                                                       {0x40, "O_CREAT"},
                                                       {0x80, "O_EXCL"},
                                                       {0x100, "O_NOCTTY"},
                                                       {0x200, "O_TRUNC"},
                                                       {0x400, "O_APPEND"},
                                                       {0x800, "O_NONBLOCK"},
                                                       {0x1000, "O_DSYNC"},
                                                       {0x2000, "FASYNC"},
                                                       {0x4000, "O_DIRECT"},
                                                       {0x8000, "O_LARGEFILE"},
                                                       {0x10000, "O_DIRECTORY"},
                                                       {0x20000, "O_NOFOLLOW"},
                                                       {0x40000, "O_NOATIME"},
                                                       {0x80000, "O_CLOEXEC"},
                                                       {0x200000, "O_PATH"},
                                                       {0x4000000, "O_EMPTYPATH"}});
constexpr auto open_flags_of_arm = std::to_array<NamedValue>({{0x101000, "O_SYNC"},
                                                              {0x404000, "O_TMPFILE"},
                                                              {0x40, "O_CREAT"},
                                                              {0x80, "O_EXCL"},
                                                              {0x100, "O_NOCTTY"},
                                                              {0x200, "O_TRUNC"},
                                                              {0x400, "O_APPEND"},
                                                              {0x800, "O_NONBLOCK"},
                                                              {0x1000, "O_DSYNC"},
                                                              {0x2000, "FASYNC"},
                                                              {0x4000, "O_DIRECTORY"},
                                                              {0x8000, "O_NOFOLLOW"},
                                                              {0x10000, "O_DIRECT"},
                                                              {0x20000, "O_LARGEFILE"},
                                                              {0x40000, "O_NOATIME"},
                                                              {0x80000, "O_CLOEXEC"},
                                                              {0x200000, "O_PATH"},
                                                              {0x4000000, "O_EMPTYPATH"}});
constexpr auto file_types = std::to_array<NamedValue>({{0x1000, "S_IFIFO"},
                                                       {0x2000, "S_IFCHR"},
                                                       {0x4000, "S_IFDIR"},
                                                       {0x6000, "S_IFBLK"},
                                                       {0x8000, "S_IFREG"},
                                                       {0xa000, "S_IFLNK"},
                                                       {0xc000, "S_IFSOCK"}});
constexpr auto mode_bits =
    std::to_array<NamedValue>({{0x200, "S_ISVTX"}, {0x400, "S_ISGID"}, {0x800, "S_ISUID"}});
constexpr auto access_checks = std::to_array<NamedValue>({{0, "F_OK"},
                                                          {1, "X_OK"},
                                                          {2, "W_OK"},
                                                          {3, "W_OK|X_OK"},
                                                          {4, "R_OK"},
                                                          {5, "R_OK|X_OK"},
                                                          {6, "R_OK|W_OK"},
                                                          {7, "R_OK|W_OK|X_OK"}});
constexpr auto directories = std::to_array<NamedValue>({{0xffffd8ec, "FD_FAILFS_ROOT"},
                                                        {0xffffd8ed, "FD_NSFS_ROOT"},
                                                        {0xffffd8ee, "FD_PIDFS_ROOT"},
                                                        {0xffffff9c, "AT_FDCWD"}});
constexpr auto at_flags = std::to_array<NamedValue>({{0x100, "AT_SYMLINK_NOFOLLOW"},
                                                     {0x400, "AT_SYMLINK_FOLLOW"},
                                                     {0x800, "AT_NO_AUTOMOUNT"},
                                                     {0x1000, "AT_EMPTY_PATH"},
                                                     {0x8000, "AT_RECURSIVE"}});
constexpr auto stat_flags = std::to_array<NamedValue>({{0x100, "AT_SYMLINK_NOFOLLOW"},
                                                       {0x400, "AT_SYMLINK_FOLLOW"},
                                                       {0x800, "AT_NO_AUTOMOUNT"},
                                                       {0x1000, "AT_EMPTY_PATH"},
                                                       {0x2000, "AT_STATX_FORCE_SYNC"},
                                                       {0x4000, "AT_STATX_DONT_SYNC"}});
constexpr auto access_flags = std::to_array<NamedValue>({{0x100, "AT_SYMLINK_NOFOLLOW"},
                                                         {0x200, "AT_EACCESS"},
                                                         {0x400, "AT_SYMLINK_FOLLOW"},
                                                         {0x800, "AT_NO_AUTOMOUNT"},
                                                         {0x1000, "AT_EMPTY_PATH"}});
constexpr auto unlink_flags = std::to_array<NamedValue>({{0x200, "AT_REMOVEDIR"}});
constexpr auto exec_flags = std::to_array<NamedValue>({{0x100, "AT_SYMLINK_NOFOLLOW"},
                                                       {0x400, "AT_SYMLINK_FOLLOW"},
                                                       {0x800, "AT_NO_AUTOMOUNT"},
                                                       {0x1000, "AT_EMPTY_PATH"},
                                                       {0x10000, "AT_EXECVE_CHECK"}});
constexpr auto handle_flags = std::to_array<NamedValue>({{0x1, "AT_HANDLE_MNT_ID_UNIQUE"},
                                                         {0x2, "AT_HANDLE_CONNECTABLE"},
                                                         {0x100, "AT_SYMLINK_NOFOLLOW"},
                                                         {0x200, "AT_HANDLE_FID"},
                                                         {0x400, "AT_SYMLINK_FOLLOW"},
                                                         {0x800, "AT_NO_AUTOMOUNT"},
                                                         {0x1000, "AT_EMPTY_PATH"}});
constexpr auto statx_mask = std::to_array<NamedValue>({{0x7ff, "STATX_BASIC_STATS"},
                                                       {0x1, "STATX_TYPE"},
                                                       {0x2, "STATX_MODE"},
                                                       {0x4, "STATX_NLINK"},
                                                       {0x8, "STATX_UID"},
                                                       {0x10, "STATX_GID"},
                                                       {0x20, "STATX_ATIME"},
                                                       {0x40, "STATX_MTIME"},
                                                       {0x80, "STATX_CTIME"},
                                                       {0x100, "STATX_INO"},
                                                       {0x200, "STATX_SIZE"},
                                                       {0x400, "STATX_BLOCKS"},
                                                       {0x800, "STATX_BTIME"},
                                                       {0x1000, "STATX_MNT_ID"},
                                                       {0x2000, "STATX_DIOALIGN"},
                                                       {0x4000, "STATX_MNT_ID_UNIQUE"},
                                                       {0x8000, "STATX_SUBVOL"},
                                                       {0x10000, "STATX_WRITE_ATOMIC"},
                                                       {0x20000, "STATX_DIO_READ_ALIGN"}});
constexpr auto rename_flags = std::to_array<NamedValue>(
    {{0x1, "RENAME_NOREPLACE"}, {0x2, "RENAME_EXCHANGE"}, {0x4, "RENAME_WHITEOUT"}});
constexpr auto xattr_flags = std::to_array<NamedValue>({{0x1, "XATTR_CREATE"}, {0x2, "XATTR_REPLACE"}});
constexpr auto inotify_flags = std::to_array<NamedValue>({{0x800, "IN_NONBLOCK"}, {0x80000, "IN_CLOEXEC"}});
constexpr auto inotify_events = std::to_array<NamedValue>({{0x18, "IN_CLOSE"},
                                                           {0xc0, "IN_MOVE"},
                                                           {0x1, "IN_ACCESS"},
                                                           {0x2, "IN_MODIFY"},
                                                           {0x4, "IN_ATTRIB"},
                                                           {0x8, "IN_CLOSE_WRITE"},
                                                           {0x10, "IN_CLOSE_NOWRITE"},
                                                           {0x20, "IN_OPEN"},
                                                           {0x40, "IN_MOVED_FROM"},
                                                           {0x80, "IN_MOVED_TO"},
                                                           {0x100, "IN_CREATE"},
                                                           {0x200, "IN_DELETE"},
                                                           {0x400, "IN_DELETE_SELF"},
                                                           {0x800, "IN_MOVE_SELF"},
                                                           {0x2000, "IN_UNMOUNT"},
                                                           {0x4000, "IN_Q_OVERFLOW"},
                                                           {0x8000, "IN_IGNORED"},
                                                           {0x1000000, "IN_ONLYDIR"},
                                                           {0x2000000, "IN_DONT_FOLLOW"},
                                                           {0x4000000, "IN_EXCL_UNLINK"},
                                                           {0x10000000, "IN_MASK_CREATE"},
                                                           {0x20000000, "IN_MASK_ADD"},
                                                           {0x40000000, "IN_ISDIR"},
                                                           {0x80000000, "IN_ONESHOT"}});
constexpr auto fanotify_classes = std::to_array<NamedValue>(
    {{0, "FAN_CLASS_NOTIF"}, {4, "FAN_CLASS_CONTENT"}, {8, "FAN_CLASS_PRE_CONTENT"}});
constexpr auto fanotify_flags = std::to_array<NamedValue>({{0x1, "FAN_CLOEXEC"},
                                                           {0x2, "FAN_NONBLOCK"},
                                                           {0x10, "FAN_UNLIMITED_QUEUE"},
                                                           {0x20, "FAN_UNLIMITED_MARKS"},
                                                           {0x40, "FAN_ENABLE_AUDIT"},
                                                           {0x80, "FAN_REPORT_PIDFD"},
                                                           {0x100, "FAN_REPORT_TID"},
                                                           {0x200, "FAN_REPORT_FID"},
                                                           {0x400, "FAN_REPORT_DIR_FID"},
                                                           {0x800, "FAN_REPORT_NAME"},
                                                           {0x1000, "FAN_REPORT_TARGET_FID"},
                                                           {0x2000, "FAN_REPORT_FD_ERROR"},
                                                           {0x4000, "FAN_REPORT_MNT"}});
constexpr auto fanotify_mark_flags = std::to_array<NamedValue>({{0x110, "FAN_MARK_MNTNS"},
                                                                {0x1, "FAN_MARK_ADD"},
                                                                {0x2, "FAN_MARK_REMOVE"},
                                                                {0x4, "FAN_MARK_DONT_FOLLOW"},
                                                                {0x8, "FAN_MARK_ONLYDIR"},
                                                                {0x10, "FAN_MARK_MOUNT"},
                                                                {0x20, "FAN_MARK_IGNORED_MASK"},
                                                                {0x40, "FAN_MARK_IGNORED_SURV_MODIFY"},
                                                                {0x80, "FAN_MARK_FLUSH"},
                                                                {0x100, "FAN_MARK_FILESYSTEM"},
                                                                {0x200, "FAN_MARK_EVICTABLE"},
                                                                {0x400, "FAN_MARK_IGNORE"}});
constexpr auto fanotify_events =
    std::to_array<NamedValue>({{0x1, "FAN_ACCESS"},           {0x2, "FAN_MODIFY"},
                               {0x4, "FAN_ATTRIB"},           {0x8, "FAN_CLOSE_WRITE"},
                               {0x10, "FAN_CLOSE_NOWRITE"},   {0x20, "FAN_OPEN"},
                               {0x40, "FAN_MOVED_FROM"},      {0x80, "FAN_MOVED_TO"},
                               {0x100, "FAN_CREATE"},         {0x200, "FAN_DELETE"},
                               {0x400, "FAN_DELETE_SELF"},    {0x800, "FAN_MOVE_SELF"},
                               {0x1000, "FAN_OPEN_EXEC"},     {0x4000, "FAN_Q_OVERFLOW"},
                               {0x8000, "FAN_FS_ERROR"},      {0x10000, "FAN_OPEN_PERM"},
                               {0x20000, "FAN_ACCESS_PERM"},  {0x40000, "FAN_OPEN_EXEC_PERM"},
                               {0x100000, "FAN_PRE_ACCESS"},  {0x1000000, "FAN_MNT_ATTACH"},
                               {0x2000000, "FAN_MNT_DETACH"}, {0x8000000, "FAN_EVENT_ON_CHILD"},
                               {0x10000000, "FAN_RENAME"},    {0x40000000, "FAN_ONDIR"}});

constexpr std::array rows{
    ValueRow{in_x86, "open openat open_by_handle_at", "flags", {3, access_modes, open_flags}},
    ValueRow{in_x86, "mq_open", "oflag", {3, access_modes, open_flags}},
    ValueRow{in_x86, "fanotify_init", "event_f_flags", {3, access_modes, open_flags}},
    ValueRow{in_x86, "fcntl fcntl64", "arg", {3, access_modes, open_flags}, ValueRow::When{1, 4}},
    ValueRow{in_arm, "open openat open_by_handle_at", "flags", {3, access_modes, open_flags_of_arm}},
    ValueRow{in_arm, "mq_open", "oflag", {3, access_modes, open_flags_of_arm}},
    ValueRow{in_arm, "fanotify_init", "event_f_flags", {3, access_modes, open_flags_of_arm}},
    ValueRow{in_arm, "fcntl fcntl64", "arg", {3, access_modes, open_flags_of_arm}, ValueRow::When{1, 4}},
    ValueRow{in_all,
             "open openat creat mkdir mkdirat mknod mknodat chmod fchmod fchmodat fchmodat2 mq_open",
             "mode",
             {0170000, file_types, mode_bits, ArgumentValues::Form::octal_rest}},
    ValueRow{in_all, "access faccessat faccessat2", "mode", {~0ull, access_checks, {}}},
    ValueRow{
        in_all,
        "faccessat faccessat2 fanotify_mark fchmodat fchmodat2 fchownat file_getattr file_setattr fspick "
        "fstatat64 futimesat getxattrat linkat listxattrat mkdirat mknodat mount_setattr move_mount "
        "name_to_handle_at newfstatat open_by_handle_at open_tree open_tree_attr openat openat2 readlinkat "
        "removexattrat renameat renameat2 setxattrat statx symlinkat unlinkat utimensat utimensat_time64",
        "dfd olddfd newdfd from_dfd to_dfd mountdirfd",
        {~0ull, directories, {}}},
    ValueRow{in_all, "execveat", "fd", {~0ull, directories, {}}},
    ValueRow{in_all,
             "fchownat fchmodat2 linkat utimensat utimensat_time64 mount_setattr file_getattr file_setattr "
             "getxattrat setxattrat listxattrat removexattrat",
             "flag flags at_flags",
             {0, {}, at_flags}},
    ValueRow{in_all, "statx newfstatat fstatat64", "flag flags", {0, {}, stat_flags}},
    ValueRow{in_all, "faccessat2", "flags", {0, {}, access_flags}},
    ValueRow{in_all, "unlinkat", "flag", {0, {}, unlink_flags}},
    ValueRow{in_all, "execveat", "flags", {0, {}, exec_flags}},
    ValueRow{in_all, "name_to_handle_at", "flag", {0, {}, handle_flags}},
    ValueRow{in_all, "statx", "mask", {0, {}, statx_mask}},
    ValueRow{in_all, "renameat2", "flags", {0, {}, rename_flags}},
    ValueRow{in_all, "setxattr lsetxattr fsetxattr", "flags", {0, {}, xattr_flags}},
    ValueRow{in_all, "inotify_init1", "flags", {0, {}, inotify_flags}},
    ValueRow{in_all, "inotify_add_watch", "mask", {0, {}, inotify_events}},
    ValueRow{in_all, "fanotify_init", "flags", {0xc, fanotify_classes, fanotify_flags}},
    ValueRow{in_all, "fanotify_mark", "flags", {0, {}, fanotify_mark_flags}},
    ValueRow{in_all, "fanotify_mark", "mask", {0, {}, fanotify_events}},
};

} // namespace

std::span<const ValueRow> file_values() { return rows; }

} // namespace sbx
