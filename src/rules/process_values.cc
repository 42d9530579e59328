// Processes, time and scheduling: uapi/linux/{sched,wait,resource,time,futex,personality,kcmp,pidfd}.h of
// Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto clone_flags = std::to_array<NamedValue>({{0x100, "CLONE_VM"},
                                                        {0x200, "CLONE_FS"},
                                                        {0x400, "CLONE_FILES"},
                                                        {0x800, "CLONE_SIGHAND"},
                                                        {0x1000, "CLONE_PIDFD"},
                                                        {0x2000, "CLONE_PTRACE"},
                                                        {0x4000, "CLONE_VFORK"},
                                                        {0x8000, "CLONE_PARENT"},
                                                        {0x10000, "CLONE_THREAD"},
                                                        {0x20000, "CLONE_NEWNS"},
                                                        {0x40000, "CLONE_SYSVSEM"},
                                                        {0x80000, "CLONE_SETTLS"},
                                                        {0x100000, "CLONE_PARENT_SETTID"},
                                                        {0x200000, "CLONE_CHILD_CLEARTID"},
                                                        {0x400000, "CLONE_DETACHED"},
                                                        {0x800000, "CLONE_UNTRACED"},
                                                        {0x1000000, "CLONE_CHILD_SETTID"},
                                                        {0x2000000, "CLONE_NEWCGROUP"},
                                                        {0x4000000, "CLONE_NEWUTS"},
                                                        {0x8000000, "CLONE_NEWIPC"},
                                                        {0x10000000, "CLONE_NEWUSER"},
                                                        {0x20000000, "CLONE_NEWPID"},
                                                        {0x40000000, "CLONE_NEWNET"},
                                                        {0x80000000, "CLONE_IO"}});
constexpr auto unshare_flags = std::to_array<NamedValue>({{0x80, "CLONE_NEWTIME"},
                                                          {0x100, "CLONE_VM"},
                                                          {0x200, "CLONE_FS"},
                                                          {0x400, "CLONE_FILES"},
                                                          {0x800, "CLONE_SIGHAND"},
                                                          {0x10000, "CLONE_THREAD"},
                                                          {0x20000, "CLONE_NEWNS"},
                                                          {0x40000, "CLONE_SYSVSEM"},
                                                          {0x100000, "UNSHARE_EMPTY_MNTNS"},
                                                          {0x2000000, "CLONE_NEWCGROUP"},
                                                          {0x4000000, "CLONE_NEWUTS"},
                                                          {0x8000000, "CLONE_NEWIPC"},
                                                          {0x10000000, "CLONE_NEWUSER"},
                                                          {0x20000000, "CLONE_NEWPID"},
                                                          {0x40000000, "CLONE_NEWNET"}});
constexpr auto namespaces = std::to_array<NamedValue>({{0x80, "CLONE_NEWTIME"},
                                                       {0x20000, "CLONE_NEWNS"},
                                                       {0x2000000, "CLONE_NEWCGROUP"},
                                                       {0x4000000, "CLONE_NEWUTS"},
                                                       {0x8000000, "CLONE_NEWIPC"},
                                                       {0x10000000, "CLONE_NEWUSER"},
                                                       {0x20000000, "CLONE_NEWPID"},
                                                       {0x40000000, "CLONE_NEWNET"}});
constexpr auto exit_signals = std::to_array<NamedValue>(
    {{1, "SIGHUP"},   {2, "SIGINT"},     {3, "SIGQUIT"},  {4, "SIGILL"},     {5, "SIGTRAP"},  {6, "SIGABRT"},
     {7, "SIGBUS"},   {8, "SIGFPE"},     {9, "SIGKILL"},  {10, "SIGUSR1"},   {11, "SIGSEGV"}, {12, "SIGUSR2"},
     {13, "SIGPIPE"}, {14, "SIGALRM"},   {15, "SIGTERM"}, {16, "SIGSTKFLT"}, {17, "SIGCHLD"}, {18, "SIGCONT"},
     {19, "SIGSTOP"}, {20, "SIGTSTP"},   {21, "SIGTTIN"}, {22, "SIGTTOU"},   {23, "SIGURG"},  {24, "SIGXCPU"},
     {25, "SIGXFSZ"}, {26, "SIGVTALRM"}, {27, "SIGPROF"}, {28, "SIGWINCH"},  {29, "SIGIO"},   {30, "SIGPWR"},
     {31, "SIGSYS"}});
constexpr auto wait_flags = std::to_array<NamedValue>({{0x1, "WNOHANG"},
                                                       {0x2, "WUNTRACED"},
                                                       {0x4, "WEXITED"},
                                                       {0x8, "WCONTINUED"},
                                                       {0x1000000, "WNOWAIT"},
                                                       {0x20000000, "__WNOTHREAD"},
                                                       {0x40000000, "__WALL"},
                                                       {0x80000000, "__WCLONE"}});
constexpr auto wait_kinds =
    std::to_array<NamedValue>({{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"}});
constexpr auto personalities = std::to_array<NamedValue>({{0, "PER_LINUX"},
                                                          {6, "PER_BSD"},
                                                          {8, "PER_LINUX32"},
                                                          {12, "PER_RISCOS"},
                                                          {15, "PER_OSF4"},
                                                          {0x80000, "PER_LINUX_FDPIC"},
                                                          {0x800000, "PER_LINUX_32BIT"},
                                                          {0x4000005, "PER_ISCR4"},
                                                          {0x4000006, "PER_SUNOS"},
                                                          {0x4000009, "PER_IRIX32"},
                                                          {0x400000a, "PER_IRIXN32"},
                                                          {0x400000b, "PER_IRIX64"},
                                                          {0x400000d, "PER_SOLARIS"},
                                                          {0x4100001, "PER_SVR4"},
                                                          {0x410000e, "PER_UW7"},
                                                          {0x5000002, "PER_SVR3"},
                                                          {0x5000004, "PER_WYSEV386"},
                                                          {0x5000007, "PER_XENIX"},
                                                          {0x6000003, "PER_OSR5"},
                                                          {0x7000003, "PER_SCOSVR3"},
                                                          {0x8000008, "PER_LINUX32_3GB"},
                                                          {0xffffffff, "0xffffffff"}});
constexpr auto personality_flags = std::to_array<NamedValue>({{0x20000, "UNAME26"},
                                                              {0x40000, "ADDR_NO_RANDOMIZE"},
                                                              {0x80000, "FDPIC_FUNCPTRS"},
                                                              {0x100000, "MMAP_PAGE_ZERO"},
                                                              {0x200000, "ADDR_COMPAT_LAYOUT"},
                                                              {0x400000, "READ_IMPLIES_EXEC"},
                                                              {0x800000, "ADDR_LIMIT_32BIT"},
                                                              {0x1000000, "SHORT_INODE"},
                                                              {0x2000000, "WHOLE_SECONDS"},
                                                              {0x4000000, "STICKY_TIMEOUTS"},
                                                              {0x8000000, "ADDR_LIMIT_3GB"}});
constexpr auto limits = std::to_array<NamedValue>({{0, "RLIMIT_CPU"},
                                                   {1, "RLIMIT_FSIZE"},
                                                   {2, "RLIMIT_DATA"},
                                                   {3, "RLIMIT_STACK"},
                                                   {4, "RLIMIT_CORE"},
                                                   {5, "RLIMIT_RSS"},
                                                   {6, "RLIMIT_NPROC"},
                                                   {7, "RLIMIT_NOFILE"},
                                                   {8, "RLIMIT_MEMLOCK"},
                                                   {9, "RLIMIT_AS"},
                                                   {10, "RLIMIT_LOCKS"},
                                                   {11, "RLIMIT_SIGPENDING"},
                                                   {12, "RLIMIT_MSGQUEUE"},
                                                   {13, "RLIMIT_NICE"},
                                                   {14, "RLIMIT_RTPRIO"},
                                                   {15, "RLIMIT_RTTIME"}});
constexpr auto usages =
    std::to_array<NamedValue>({{0, "RUSAGE_SELF"}, {1, "RUSAGE_THREAD"}, {0xffffffff, "RUSAGE_CHILDREN"}});
constexpr auto priority_kinds =
    std::to_array<NamedValue>({{0, "PRIO_PROCESS"}, {1, "PRIO_PGRP"}, {2, "PRIO_USER"}});
constexpr auto io_priority_kinds =
    std::to_array<NamedValue>({{1, "IOPRIO_WHO_PROCESS"}, {2, "IOPRIO_WHO_PGRP"}, {3, "IOPRIO_WHO_USER"}});
constexpr auto policies = std::to_array<NamedValue>({{0, "SCHED_NORMAL"},
                                                     {1, "SCHED_FIFO"},
                                                     {2, "SCHED_RR"},
                                                     {3, "SCHED_BATCH"},
                                                     {5, "SCHED_IDLE"},
                                                     {6, "SCHED_DEADLINE"},
                                                     {7, "SCHED_EXT"}});
constexpr auto policy_flags = std::to_array<NamedValue>({{0x40000000, "SCHED_RESET_ON_FORK"}});
constexpr auto clocks = std::to_array<NamedValue>({{0, "CLOCK_REALTIME"},
                                                   {1, "CLOCK_MONOTONIC"},
                                                   {2, "CLOCK_PROCESS_CPUTIME_ID"},
                                                   {3, "CLOCK_THREAD_CPUTIME_ID"},
                                                   {4, "CLOCK_MONOTONIC_RAW"},
                                                   {5, "CLOCK_REALTIME_COARSE"},
                                                   {6, "CLOCK_MONOTONIC_COARSE"},
                                                   {7, "CLOCK_BOOTTIME"},
                                                   {8, "CLOCK_REALTIME_ALARM"},
                                                   {9, "CLOCK_BOOTTIME_ALARM"},
                                                   {10, "CLOCK_SGI_CYCLE"},
                                                   {11, "CLOCK_TAI"},
                                                   {16, "CLOCK_AUX"}});
constexpr auto timer_flags = std::to_array<NamedValue>({{0x1, "TIMER_ABSTIME"}});
constexpr auto interval_timers =
    std::to_array<NamedValue>({{0, "ITIMER_REAL"}, {1, "ITIMER_VIRTUAL"}, {2, "ITIMER_PROF"}});
constexpr auto comparisons = std::to_array<NamedValue>({{0, "KCMP_FILE"},
                                                        {1, "KCMP_VM"},
                                                        {2, "KCMP_FILES"},
                                                        {3, "KCMP_FS"},
                                                        {4, "KCMP_SIGHAND"},
                                                        {5, "KCMP_IO"},
                                                        {6, "KCMP_SYSVSEM"},
                                                        {7, "KCMP_EPOLL_TFD"}});
constexpr auto futex_operations = std::to_array<NamedValue>({{0, "FUTEX_WAIT"},
                                                             {1, "FUTEX_WAKE"},
                                                             {2, "FUTEX_FD"},
                                                             {3, "FUTEX_REQUEUE"},
                                                             {4, "FUTEX_CMP_REQUEUE"},
                                                             {5, "FUTEX_WAKE_OP"},
                                                             {6, "FUTEX_LOCK_PI"},
                                                             {7, "FUTEX_UNLOCK_PI"},
                                                             {8, "FUTEX_TRYLOCK_PI"},
                                                             {9, "FUTEX_WAIT_BITSET"},
                                                             {10, "FUTEX_WAKE_BITSET"},
                                                             {11, "FUTEX_WAIT_REQUEUE_PI"},
                                                             {12, "FUTEX_CMP_REQUEUE_PI"},
                                                             {13, "FUTEX_LOCK_PI2"}});
constexpr auto futex_flags = std::to_array<NamedValue>({{0x80, "FUTEX_PRIVATE_FLAG"},
                                                        {0x100, "FUTEX_CLOCK_REALTIME"},
                                                        {0x200, "FUTEX_ROBUST_UNLOCK"},
                                                        {0x400, "FUTEX_ROBUST_LIST32"}});
constexpr auto futex_sizes = std::to_array<NamedValue>(
    {{0, "FUTEX2_SIZE_U8"}, {1, "FUTEX2_SIZE_U16"}, {2, "FUTEX2_SIZE_U32"}, {3, "FUTEX2_SIZE_U64"}});
constexpr auto futex2_flags =
    std::to_array<NamedValue>({{0x4, "FUTEX2_NUMA"}, {0x8, "FUTEX2_MPOL"}, {0x80, "FUTEX2_PRIVATE"}});
constexpr auto pidfd_flags = std::to_array<NamedValue>({{0x80, "PIDFD_THREAD"}, {0x800, "PIDFD_NONBLOCK"}});
constexpr auto own_pidfds =
    std::to_array<NamedValue>({{0xffffd8ef, "PIDFD_SELF_THREAD_GROUP"}, {0xffffd8f0, "PIDFD_SELF_THREAD"}});
constexpr auto rseq_flags =
    std::to_array<NamedValue>({{0x1, "RSEQ_FLAG_UNREGISTER"}, {0x2, "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON"}});
constexpr auto arch_codes = std::to_array<NamedValue>({{0x1001, "ARCH_SET_GS"},
                                                       {0x1002, "ARCH_SET_FS"},
                                                       {0x1003, "ARCH_GET_FS"},
                                                       {0x1004, "ARCH_GET_GS"},
                                                       {0x1011, "ARCH_GET_CPUID"},
                                                       {0x1012, "ARCH_SET_CPUID"},
                                                       {0x1021, "ARCH_GET_XCOMP_SUPP"},
                                                       {0x1022, "ARCH_GET_XCOMP_PERM"},
                                                       {0x1023, "ARCH_REQ_XCOMP_PERM"},
                                                       {0x1024, "ARCH_GET_XCOMP_GUEST_PERM"},
                                                       {0x1025, "ARCH_REQ_XCOMP_GUEST_PERM"},
                                                       {0x2001, "ARCH_MAP_VDSO_X32"},
                                                       {0x2002, "ARCH_MAP_VDSO_32"},
                                                       {0x2003, "ARCH_MAP_VDSO_64"},
                                                       {0x4001, "ARCH_GET_UNTAG_MASK"},
                                                       {0x4002, "ARCH_ENABLE_TAGGED_ADDR"},
                                                       {0x4003, "ARCH_GET_MAX_TAG_BITS"},
                                                       {0x4004, "ARCH_FORCE_TAGGED_SVA"},
                                                       {0x5001, "ARCH_SHSTK_ENABLE"},
                                                       {0x5002, "ARCH_SHSTK_DISABLE"},
                                                       {0x5003, "ARCH_SHSTK_LOCK"},
                                                       {0x5004, "ARCH_SHSTK_UNLOCK"},
                                                       {0x5005, "ARCH_SHSTK_STATUS"}});

constexpr std::array rows{
    ValueRow{
        in_all, "clone", "clone_flags", {0xff, exit_signals, clone_flags, ArgumentValues::Form::value_last}},
    ValueRow{in_all, "unshare", "unshare_flags", {0, {}, unshare_flags}},
    ValueRow{in_all, "setns", "flags", {0, {}, namespaces}},
    ValueRow{in_all, "wait4 waitid waitpid", "options", {0, {}, wait_flags}},
    ValueRow{in_all, "waitid", "which", {~0ull, wait_kinds, {}}},
    ValueRow{in_all, "personality", "personality", {0xff, personalities, personality_flags}},
    ValueRow{in_all, "getrlimit setrlimit ugetrlimit prlimit64", "resource", {~0ull, limits, {}}},
    ValueRow{in_all, "getrusage", "who", {~0ull, usages, {}}},
    ValueRow{in_all, "getpriority setpriority", "which", {~0ull, priority_kinds, {}}},
    ValueRow{in_all, "ioprio_get ioprio_set", "which", {~0ull, io_priority_kinds, {}}},
    ValueRow{in_all,
             "sched_setscheduler sched_get_priority_max sched_get_priority_min",
             "policy",
             {0x3fffffff, policies, policy_flags}},
    ValueRow{in_all,
             "clock_gettime clock_gettime64 clock_settime clock_settime64 clock_getres clock_getres_time64 "
             "clock_nanosleep clock_nanosleep_time64 clock_adjtime clock_adjtime64 timer_create",
             "which_clock",
             {~0ull, clocks, {}}},
    ValueRow{in_all, "timerfd_create futex_wait futex_waitv", "clockid", {~0ull, clocks, {}}},
    ValueRow{in_all,
             "clock_nanosleep clock_nanosleep_time64 timer_settime timer_settime64",
             "flags",
             {0, {}, timer_flags}},
    ValueRow{in_all, "getitimer setitimer", "which", {~0ull, interval_timers, {}}},
    ValueRow{in_all, "kcmp", "type", {~0ull, comparisons, {}}},
    ValueRow{in_all, "futex futex_time64", "op", {0x7f, futex_operations, futex_flags}},
    ValueRow{in_all, "futex_wait futex_wake", "flags", {3, futex_sizes, futex2_flags}},
    ValueRow{in_all, "pidfd_open", "flags", {0, {}, pidfd_flags}},
    ValueRow{in_all,
             "pidfd_send_signal process_madvise process_mrelease pidfd_getfd",
             "pidfd",
             {~0ull, own_pidfds, {}}},
    ValueRow{in_all, "rseq", "flags", {0, {}, rseq_flags}},
    ValueRow{in_all, "arch_prctl", "option", {~0ull, arch_codes, {}}},
};

} // namespace

std::span<const ValueRow> process_values() { return rows; }

} // namespace sbx
