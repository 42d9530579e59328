// Open files: uapi/linux/{fcntl,fs,falloc,eventpoll,eventfd,memfd,close_range,io_uring}.h of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto fcntl_commands = std::to_array<NamedValue>({{0, "F_DUPFD"},
                                                           {1, "F_GETFD"},
                                                           {2, "F_SETFD"},
                                                           {3, "F_GETFL"},
                                                           {4, "F_SETFL"},
                                                           {5, "F_GETLK"},
                                                           {6, "F_SETLK"},
                                                           {7, "F_SETLKW"},
                                                           {8, "F_SETOWN"},
                                                           {9, "F_GETOWN"},
                                                           {10, "F_SETSIG"},
                                                           {11, "F_GETSIG"},
                                                           {12, "F_GETLK64"},
                                                           {13, "F_SETLK64"},
                                                           {14, "F_SETLKW64"},
                                                           {15, "F_SETOWN_EX"},
                                                           {16, "F_GETOWN_EX"},
                                                           {17, "F_GETOWNER_UIDS"},
                                                           {36, "F_OFD_GETLK"},
                                                           {37, "F_OFD_SETLK"},
                                                           {38, "F_OFD_SETLKW"},
                                                           {1024, "F_SETLEASE"},
                                                           {1025, "F_GETLEASE"},
                                                           {1026, "F_NOTIFY"},
                                                           {1027, "F_DUPFD_QUERY"},
                                                           {1028, "F_CREATED_QUERY"},
                                                           {1029, "F_CANCELLK"},
                                                           {1030, "F_DUPFD_CLOEXEC"},
                                                           {1031, "F_SETPIPE_SZ"},
                                                           {1032, "F_GETPIPE_SZ"},
                                                           {1033, "F_ADD_SEALS"},
                                                           {1034, "F_GET_SEALS"},
                                                           {1035, "F_GET_RW_HINT"},
                                                           {1036, "F_SET_RW_HINT"},
                                                           {1037, "F_GET_FILE_RW_HINT"},
                                                           {1038, "F_SET_FILE_RW_HINT"},
                                                           {1039, "F_GETDELEG"},
                                                           {1040, "F_SETDELEG"}});
constexpr auto descriptor_flags = std::to_array<NamedValue>({{0x1, "FD_CLOEXEC"}});
constexpr auto seals = std::to_array<NamedValue>({{0x1, "F_SEAL_SEAL"},
                                                  {0x2, "F_SEAL_SHRINK"},
                                                  {0x4, "F_SEAL_GROW"},
                                                  {0x8, "F_SEAL_WRITE"},
                                                  {0x10, "F_SEAL_FUTURE_WRITE"},
                                                  {0x20, "F_SEAL_EXEC"}});
constexpr auto whences = std::to_array<NamedValue>(
    {{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"}});
constexpr auto lock_operations = std::to_array<NamedValue>(
    {{0x1, "LOCK_SH"}, {0x2, "LOCK_EX"}, {0x4, "LOCK_NB"}, {0x8, "LOCK_UN"}, {0x20, "LOCK_MAND"}});
constexpr auto splice_flags = std::to_array<NamedValue>(
    {{0x1, "SPLICE_F_MOVE"}, {0x2, "SPLICE_F_NONBLOCK"}, {0x4, "SPLICE_F_MORE"}, {0x8, "SPLICE_F_GIFT"}});
constexpr auto allocations = std::to_array<NamedValue>({{0x1, "FALLOC_FL_KEEP_SIZE"},
                                                        {0x2, "FALLOC_FL_PUNCH_HOLE"},
                                                        {0x4, "FALLOC_FL_NO_HIDE_STALE"},
                                                        {0x8, "FALLOC_FL_COLLAPSE_RANGE"},
                                                        {0x10, "FALLOC_FL_ZERO_RANGE"},
                                                        {0x20, "FALLOC_FL_INSERT_RANGE"},
                                                        {0x40, "FALLOC_FL_UNSHARE_RANGE"},
                                                        {0x80, "FALLOC_FL_WRITE_ZEROES"}});
constexpr auto sync_flags = std::to_array<NamedValue>({{0x1, "SYNC_FILE_RANGE_WAIT_BEFORE"},
                                                       {0x2, "SYNC_FILE_RANGE_WRITE"},
                                                       {0x4, "SYNC_FILE_RANGE_WAIT_AFTER"}});
constexpr auto rw_flags = std::to_array<NamedValue>({{0x1, "RWF_HIPRI"},
                                                     {0x2, "RWF_DSYNC"},
                                                     {0x4, "RWF_SYNC"},
                                                     {0x8, "RWF_NOWAIT"},
                                                     {0x10, "RWF_APPEND"},
                                                     {0x20, "RWF_NOAPPEND"},
                                                     {0x40, "RWF_ATOMIC"},
                                                     {0x80, "RWF_DONTCACHE"},
                                                     {0x100, "RWF_NOSIGNAL"}});
constexpr auto file_advice = std::to_array<NamedValue>({{0, "POSIX_FADV_NORMAL"},
                                                        {1, "POSIX_FADV_RANDOM"},
                                                        {2, "POSIX_FADV_SEQUENTIAL"},
                                                        {3, "POSIX_FADV_WILLNEED"},
                                                        {4, "POSIX_FADV_DONTNEED"},
                                                        {5, "POSIX_FADV_NOREUSE"}});
constexpr auto cloexec = std::to_array<NamedValue>({{0x80000, "O_CLOEXEC"}});
constexpr auto pipe_flags = std::to_array<NamedValue>(
    {{0x80, "O_NOTIFICATION_PIPE"}, {0x800, "O_NONBLOCK"}, {0x4000, "O_DIRECT"}, {0x80000, "O_CLOEXEC"}});
constexpr auto pipe_flags_of_arm = std::to_array<NamedValue>(
    {{0x80, "O_NOTIFICATION_PIPE"}, {0x800, "O_NONBLOCK"}, {0x10000, "O_DIRECT"}, {0x80000, "O_CLOEXEC"}});
constexpr auto epoll_operations =
    std::to_array<NamedValue>({{1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}});
constexpr auto eventfd_flags =
    std::to_array<NamedValue>({{0x1, "EFD_SEMAPHORE"}, {0x800, "EFD_NONBLOCK"}, {0x80000, "EFD_CLOEXEC"}});
constexpr auto signalfd_flags =
    std::to_array<NamedValue>({{0x800, "SFD_NONBLOCK"}, {0x80000, "SFD_CLOEXEC"}});
constexpr auto timerfd_flags = std::to_array<NamedValue>({{0x800, "TFD_NONBLOCK"}, {0x80000, "TFD_CLOEXEC"}});
constexpr auto timerfd_settings =
    std::to_array<NamedValue>({{0x1, "TFD_TIMER_ABSTIME"}, {0x2, "TFD_TIMER_CANCEL_ON_SET"}});
constexpr auto memfd_flags = std::to_array<NamedValue>({{0x1, "MFD_CLOEXEC"},
                                                        {0x2, "MFD_ALLOW_SEALING"},
                                                        {0x4, "MFD_HUGETLB"},
                                                        {0x8, "MFD_NOEXEC_SEAL"},
                                                        {0x10, "MFD_EXEC"}});
constexpr auto close_flags =
    std::to_array<NamedValue>({{0x2, "CLOSE_RANGE_UNSHARE"}, {0x4, "CLOSE_RANGE_CLOEXEC"}});
constexpr auto enter_flags = std::to_array<NamedValue>({{0x1, "IORING_ENTER_GETEVENTS"},
                                                        {0x2, "IORING_ENTER_SQ_WAKEUP"},
                                                        {0x4, "IORING_ENTER_SQ_WAIT"},
                                                        {0x8, "IORING_ENTER_EXT_ARG"},
                                                        {0x10, "IORING_ENTER_REGISTERED_RING"},
                                                        {0x20, "IORING_ENTER_ABS_TIMER"},
                                                        {0x40, "IORING_ENTER_EXT_ARG_REG"},
                                                        {0x80, "IORING_ENTER_NO_IOWAIT"}});
constexpr auto ring_operations = std::to_array<NamedValue>(
    {{0, "IORING_REGISTER_BUFFERS"},         {1, "IORING_UNREGISTER_BUFFERS"},
     {2, "IORING_REGISTER_FILES"},           {3, "IORING_UNREGISTER_FILES"},
     {4, "IORING_REGISTER_EVENTFD"},         {5, "IORING_UNREGISTER_EVENTFD"},
     {6, "IORING_REGISTER_FILES_UPDATE"},    {7, "IORING_REGISTER_EVENTFD_ASYNC"},
     {8, "IORING_REGISTER_PROBE"},           {9, "IORING_REGISTER_PERSONALITY"},
     {10, "IORING_UNREGISTER_PERSONALITY"},  {11, "IORING_REGISTER_RESTRICTIONS"},
     {12, "IORING_REGISTER_ENABLE_RINGS"},   {13, "IORING_REGISTER_FILES2"},
     {14, "IORING_REGISTER_FILES_UPDATE2"},  {15, "IORING_REGISTER_BUFFERS2"},
     {16, "IORING_REGISTER_BUFFERS_UPDATE"}, {17, "IORING_REGISTER_IOWQ_AFF"},
     {18, "IORING_UNREGISTER_IOWQ_AFF"},     {19, "IORING_REGISTER_IOWQ_MAX_WORKERS"},
     {20, "IORING_REGISTER_RING_FDS"},       {21, "IORING_UNREGISTER_RING_FDS"},
     {22, "IORING_REGISTER_PBUF_RING"},      {23, "IORING_UNREGISTER_PBUF_RING"},
     {24, "IORING_REGISTER_SYNC_CANCEL"},    {25, "IORING_REGISTER_FILE_ALLOC_RANGE"},
     {26, "IORING_REGISTER_PBUF_STATUS"},    {27, "IORING_REGISTER_NAPI"},
     {28, "IORING_UNREGISTER_NAPI"},         {29, "IORING_REGISTER_CLOCK"},
     {30, "IORING_REGISTER_CLONE_BUFFERS"},  {31, "IORING_REGISTER_SEND_MSG_RING"},
     {32, "IORING_REGISTER_ZCRX_IFQ"},       {33, "IORING_REGISTER_RESIZE_RINGS"},
     {34, "IORING_REGISTER_MEM_REGION"},     {35, "IORING_REGISTER_QUERY"},
     {36, "IORING_REGISTER_ZCRX_CTRL"},      {37, "IORING_REGISTER_BPF_FILTER"}});
constexpr auto ring_flags = std::to_array<NamedValue>({{0x80000000, "IORING_REGISTER_USE_REGISTERED_RING"}});
constexpr auto userfault_flags =
    std::to_array<NamedValue>({{0x1, "UFFD_USER_MODE_ONLY"}, {0x800, "O_NONBLOCK"}, {0x80000, "O_CLOEXEC"}});

constexpr std::array rows{
    ValueRow{in_all, "fcntl fcntl64", "cmd", {~0ull, fcntl_commands, {}}},
    ValueRow{in_all, "fcntl fcntl64", "arg", {0, {}, descriptor_flags}, ValueRow::When{1, 2}},
    ValueRow{in_all, "fcntl fcntl64", "arg", {0, {}, seals}, ValueRow::When{1, 1033}},
    ValueRow{in_all, "lseek _llseek", "whence", {~0ull, whences, {}}},
    ValueRow{in_all, "flock", "cmd", {0, {}, lock_operations}},
    ValueRow{in_all, "splice tee vmsplice", "flags", {0, {}, splice_flags}},
    ValueRow{in_all, "fallocate", "mode", {0, {}, allocations}},
    ValueRow{in_all, "sync_file_range arm_sync_file_range", "flags", {0, {}, sync_flags}},
    ValueRow{in_all, "preadv2 pwritev2", "flags", {0, {}, rw_flags}},
    ValueRow{in_all, "fadvise64 fadvise64_64 arm_fadvise64_64", "advice", {~0ull, file_advice, {}}},
    ValueRow{in_all, "dup3 epoll_create1 memfd_secret", "flags", {0, {}, cloexec}},
    ValueRow{in_x86, "pipe2", "flags", {0, {}, pipe_flags}},
    ValueRow{in_arm, "pipe2", "flags", {0, {}, pipe_flags_of_arm}},
    ValueRow{in_all, "epoll_ctl", "op", {~0ull, epoll_operations, {}}},
    ValueRow{in_all, "eventfd2", "flags", {0, {}, eventfd_flags}},
    ValueRow{in_all, "signalfd4", "flags", {0, {}, signalfd_flags}},
    ValueRow{in_all, "timerfd_create", "flags", {0, {}, timerfd_flags}},
    ValueRow{in_all, "timerfd_settime timerfd_settime64", "flags", {0, {}, timerfd_settings}},
    ValueRow{in_all, "memfd_create", "flags", {0, {}, memfd_flags}},
    ValueRow{in_all, "close_range", "flags", {0, {}, close_flags}},
    ValueRow{in_all, "io_uring_enter", "flags", {0, {}, enter_flags}},
    ValueRow{in_all, "io_uring_register", "opcode", {0x7fffffff, ring_operations, ring_flags}},
    ValueRow{in_all, "userfaultfd", "flags", {0, {}, userfault_flags}},
};

} // namespace

std::span<const ValueRow> descriptor_values() { return rows; }

} // namespace sbx
