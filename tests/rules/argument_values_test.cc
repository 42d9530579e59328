#include "rules/value_rows.h"

#include <algorithm>
#include <asm/ioctls.h>
#include <bit>
#include <catch2/catch.hpp>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/falloc.h>
#include <linux/fanotify.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/ipc.h>
#include <linux/kcmp.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/mount.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <linux/shm.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using sbx::argument_value;
using sbx::SyscallAbi;
using enum SyscallAbi;

namespace {

std::vector<sbx::ValueRow> all_rows() {
  std::vector<sbx::ValueRow> all;
  for (const auto rows :
       {sbx::descriptor_values(), sbx::device_values(), sbx::file_values(), sbx::ipc_values(),
        sbx::memory_values(), sbx::mount_values(), sbx::prctl_values(), sbx::process_values(),
        sbx::ptrace_values(), sbx::signal_values(), sbx::socket_values(), sbx::system_values()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    found.push_back(text.substr(0, text.find(' ')));
    text.remove_prefix(std::min(text.size(), found.back().size() + 1));
  }
  return found;
}

template <class Value> std::uint64_t number(Value value) { return static_cast<std::uint32_t>(value); }

// The headers here give each name the value that the tables give it, on the machine that they are of.
#ifdef __x86_64__
constexpr SyscallAbi here = x86_64;
#else
constexpr SyscallAbi here = aarch64;
#endif

using Names = std::vector<std::pair<std::uint64_t, std::string>>;
#define N(name)                                                                                              \
  { number(name), #name }

void check(std::string_view syscall, unsigned argument, const Names& names,
           const sbx::KnownArguments& others = {}) {
  for (const auto& [value, name] : names) {
    CAPTURE(syscall, name);
    CHECK(argument_value(here, syscall, argument, value, others) == name);
  }
}

} // namespace

TEST_CASE("argument_values: sockets have the numbers of the headers") {
  check("socket", 0,
        {N(AF_UNSPEC), N(AF_UNIX), N(AF_INET), N(AF_INET6), N(AF_NETLINK), N(AF_PACKET), N(AF_KEY), N(AF_ALG),
         N(AF_VSOCK), N(AF_BLUETOOTH), N(AF_CAN), N(AF_TIPC), N(AF_RDS), N(AF_XDP), N(AF_SMC),
         N(AF_APPLETALK)});
  check("socketpair", 1,
        {N(SOCK_STREAM), N(SOCK_DGRAM), N(SOCK_RAW), N(SOCK_RDM), N(SOCK_SEQPACKET), N(SOCK_DCCP),
         N(SOCK_PACKET)});
  check("accept4", 3, {N(SOCK_CLOEXEC), N(SOCK_NONBLOCK)});
  check("sendto", 3,
        {N(MSG_OOB), N(MSG_DONTWAIT), N(MSG_NOSIGNAL), N(MSG_MORE), N(MSG_ZEROCOPY), N(MSG_FASTOPEN)});
  check("recvmsg", 2, {N(MSG_PEEK), N(MSG_TRUNC), N(MSG_WAITALL), N(MSG_ERRQUEUE), N(MSG_CMSG_CLOEXEC)});
  check("setsockopt", 1, {N(SOL_SOCKET), N(SOL_IP), N(SOL_IPV6), N(SOL_TCP), N(SOL_NETLINK), N(SOL_ALG)});
  check("setsockopt", 2,
        {N(SO_DEBUG), N(SO_REUSEADDR), N(SO_SNDBUF), N(SO_KEEPALIVE), N(SO_PASSCRED), N(SO_PEERCRED),
         N(SO_ATTACH_FILTER), N(SO_LOCK_FILTER), N(SO_ATTACH_BPF), N(SO_BINDTODEVICE), N(SO_MARK),
         N(SO_BUSY_POLL)},
        {{std::nullopt, SOL_SOCKET}});
  check("shutdown", 1, {N(SHUT_RD), N(SHUT_WR), N(SHUT_RDWR)});
  check("socket", 2, {N(IPPROTO_TCP), N(IPPROTO_UDP), N(IPPROTO_SCTP), N(IPPROTO_RAW), N(IPPROTO_ICMPV6)},
        {AF_INET6});
  check("socket", 2, {N(NETLINK_ROUTE), N(NETLINK_AUDIT), N(NETLINK_KOBJECT_UEVENT), N(NETLINK_GENERIC)},
        {AF_NETLINK});
  CHECK(argument_value(i386, "socketcall", 0, SYS_SOCKET) == "SYS_SOCKET");
  CHECK(argument_value(i386, "socketcall", 0, SYS_SENDMMSG) == "SYS_SENDMMSG");
}

TEST_CASE("argument_values: files have the numbers of the headers") {
  check("openat", 2, {N(O_RDONLY), N(O_WRONLY), N(O_RDWR)});
  check("pipe2", 1, {N(O_CLOEXEC), N(O_NONBLOCK), N(O_DIRECT)});
  check("faccessat", 2, {N(F_OK), N(R_OK), N(W_OK), N(X_OK)});
  check("faccessat2", 3, {N(AT_EACCESS), N(AT_SYMLINK_NOFOLLOW), N(AT_EMPTY_PATH)});
  check("unlinkat", 2, {N(AT_REMOVEDIR)});
  check("linkat", 4, {N(AT_SYMLINK_FOLLOW), N(AT_EMPTY_PATH)});
  check("statx", 2, {N(AT_STATX_FORCE_SYNC), N(AT_STATX_DONT_SYNC), N(AT_NO_AUTOMOUNT)});
  check("statx", 3, {N(STATX_BASIC_STATS), N(STATX_MODE), N(STATX_BTIME), N(STATX_MNT_ID)});
  check("openat", 0, {N(AT_FDCWD)});
  check("renameat2", 4, {N(RENAME_NOREPLACE), N(RENAME_EXCHANGE), N(RENAME_WHITEOUT)});
  check("mknodat", 2, {N(S_IFCHR), N(S_IFBLK), N(S_IFREG), N(S_IFIFO), N(S_IFSOCK)});
  check("fchmod", 1, {N(S_ISUID), N(S_ISGID), N(S_ISVTX)});
  check("inotify_add_watch", 2, {N(IN_CREATE), N(IN_MOVED_FROM), N(IN_ONESHOT), N(IN_MASK_CREATE)});
  check("fanotify_init", 0, {N(FAN_CLASS_NOTIF), N(FAN_CLASS_CONTENT)});
  check("fanotify_mark", 1, {N(FAN_MARK_ADD), N(FAN_MARK_FILESYSTEM), N(FAN_MARK_FLUSH)});
  check("fanotify_mark", 2, {N(FAN_OPEN_PERM), N(FAN_ONDIR)});
  check("fcntl", 1,
        {N(F_DUPFD), N(F_GETFD), N(F_SETFL), N(F_GETLK), N(F_SETOWN), N(F_SETSIG), N(F_OFD_SETLKW),
         N(F_SETLEASE), N(F_NOTIFY), N(F_DUPFD_CLOEXEC), N(F_SETPIPE_SZ), N(F_ADD_SEALS), N(F_GET_RW_HINT)});
  check("fcntl", 2, {N(FD_CLOEXEC)}, {std::nullopt, F_SETFD});
  check("fcntl", 2, {N(F_SEAL_WRITE), N(F_SEAL_SEAL)}, {std::nullopt, F_ADD_SEALS});
  check("flock", 1, {N(LOCK_SH), N(LOCK_EX), N(LOCK_UN), N(LOCK_NB)});
  check("lseek", 2, {N(SEEK_SET), N(SEEK_END), N(SEEK_HOLE)});
  check("splice", 5, {N(SPLICE_F_MOVE), N(SPLICE_F_GIFT)});
  check("fallocate", 1, {N(FALLOC_FL_PUNCH_HOLE), N(FALLOC_FL_UNSHARE_RANGE)});
  check("preadv2", 5, {N(RWF_HIPRI), N(RWF_NOWAIT), N(RWF_APPEND)});
  check("fadvise64", 3, {N(POSIX_FADV_NORMAL), N(POSIX_FADV_DONTNEED), N(POSIX_FADV_NOREUSE)});
  check("sync_file_range", 3, {N(SYNC_FILE_RANGE_WRITE)});
  check("epoll_ctl", 1, {N(EPOLL_CTL_ADD), N(EPOLL_CTL_DEL), N(EPOLL_CTL_MOD)});
  check("eventfd2", 1, {N(EFD_CLOEXEC), N(EFD_NONBLOCK), N(EFD_SEMAPHORE)});
  check("timerfd_settime", 1, {N(TFD_TIMER_ABSTIME), N(TFD_TIMER_CANCEL_ON_SET)});
  check("memfd_create", 1, {N(MFD_CLOEXEC), N(MFD_HUGETLB), N(MFD_ALLOW_SEALING)});
  check("close_range", 2, {N(CLOSE_RANGE_UNSHARE), N(CLOSE_RANGE_CLOEXEC)});
  check("io_uring_register", 1,
        {N(IORING_REGISTER_BUFFERS), N(IORING_REGISTER_RESTRICTIONS), N(IORING_REGISTER_PBUF_RING)});
  check("io_uring_enter", 3, {N(IORING_ENTER_GETEVENTS), N(IORING_ENTER_REGISTERED_RING)});
  check("userfaultfd", 0, {N(UFFD_USER_MODE_ONLY), N(O_CLOEXEC)});
}

TEST_CASE("argument_values: memory has the numbers of the headers") {
  check("mprotect", 2, {N(PROT_NONE), N(PROT_READ), N(PROT_WRITE), N(PROT_EXEC), N(PROT_GROWSDOWN)});
  check("mmap", 3,
        {N(MAP_SHARED), N(MAP_PRIVATE), N(MAP_SHARED_VALIDATE), N(MAP_ANONYMOUS), N(MAP_FIXED),
         N(MAP_HUGETLB), N(MAP_STACK), N(MAP_POPULATE), N(MAP_NORESERVE), N(MAP_FIXED_NOREPLACE)});
  check("mremap", 3, {N(MREMAP_MAYMOVE), N(MREMAP_FIXED), N(MREMAP_DONTUNMAP)});
  check("madvise", 2,
        {N(MADV_NORMAL), N(MADV_DONTNEED), N(MADV_MERGEABLE), N(MADV_HWPOISON), N(MADV_WIPEONFORK)});
  check("mlockall", 0, {N(MCL_CURRENT), N(MCL_ONFAULT)});
  check("msync", 2, {N(MS_ASYNC), N(MS_SYNC), N(MS_INVALIDATE)});
  check("mbind", 2, {N(MPOL_DEFAULT), N(MPOL_PREFERRED_MANY)});
  check("get_mempolicy", 4, {N(MPOL_F_ADDR), N(MPOL_F_MEMS_ALLOWED)});
  check("membarrier", 0, {N(MEMBARRIER_CMD_QUERY), N(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)});
  check("pkey_alloc", 1, {N(PKEY_DISABLE_ACCESS), N(PKEY_DISABLE_WRITE)});
}

TEST_CASE("argument_values: processes have the numbers of the headers") {
  check("unshare", 0, {N(CLONE_NEWUSER), N(CLONE_NEWNS), N(CLONE_NEWTIME), N(CLONE_FILES), N(CLONE_SYSVSEM)});
  check("clone", 0, {N(CLONE_VM), N(CLONE_THREAD), N(CLONE_PIDFD), N(CLONE_NEWNET), N(CLONE_IO), N(SIGCHLD)});
  check("setns", 1, {N(CLONE_NEWCGROUP), N(CLONE_NEWPID)});
  check("waitid", 0, {N(P_ALL), N(P_PID), N(P_PGID), N(P_PIDFD)});
  check("wait4", 2, {N(WNOHANG), N(WUNTRACED), N(WCONTINUED), N(__WALL), N(__WCLONE)});
  check("personality", 0,
        {N(PER_LINUX), N(PER_LINUX32), N(PER_SVR4), N(PER_BSD), {0xffffffff, "0xffffffff"}});
  check("prlimit64", 1, {N(RLIMIT_CPU), N(RLIMIT_NOFILE), N(RLIMIT_RTTIME), N(RLIMIT_MEMLOCK)});
  check("getrusage", 0, {N(RUSAGE_SELF), N(RUSAGE_CHILDREN), N(RUSAGE_THREAD)});
  check("setpriority", 0, {N(PRIO_PROCESS), N(PRIO_PGRP), N(PRIO_USER)});
  check("sched_setscheduler", 1, {{SCHED_OTHER, "SCHED_NORMAL"}, N(SCHED_FIFO), N(SCHED_DEADLINE)});
  check("clock_gettime", 0,
        {N(CLOCK_REALTIME), N(CLOCK_MONOTONIC_COARSE), N(CLOCK_TAI), N(CLOCK_BOOTTIME_ALARM)});
  check("clock_nanosleep", 1, {N(TIMER_ABSTIME)});
  check("setitimer", 0, {N(ITIMER_REAL), N(ITIMER_PROF)});
  check("kcmp", 2, {N(KCMP_FILE), N(KCMP_EPOLL_TFD)});
  check("futex", 1, {N(FUTEX_WAIT), N(FUTEX_WAKE), N(FUTEX_LOCK_PI2), N(FUTEX_CMP_REQUEUE_PI)});
  check("kill", 1,
        {N(SIGHUP), N(SIGKILL), N(SIGSEGV), N(SIGCHLD), N(SIGCONT), N(SIGSTOP), N(SIGSYS), N(SIGPWR)});
  check("rt_sigprocmask", 0, {N(SIG_BLOCK), N(SIG_UNBLOCK), N(SIG_SETMASK)});
  check("ptrace", 0,
        {N(PTRACE_TRACEME), N(PTRACE_PEEKDATA), N(PTRACE_ATTACH), N(PTRACE_SEIZE), N(PTRACE_SETREGSET),
         N(PTRACE_SECCOMP_GET_FILTER), N(PTRACE_GET_SYSCALL_INFO), N(PTRACE_GET_RSEQ_CONFIGURATION)});
  check("prctl", 0,
        {N(PR_SET_PDEATHSIG), N(PR_SET_DUMPABLE), N(PR_SET_SECCOMP), N(PR_CAPBSET_DROP),
         N(PR_SET_NO_NEW_PRIVS), N(PR_SET_MM), N(PR_CAP_AMBIENT), N(PR_SET_PTRACER),
         N(PR_SET_SPECULATION_CTRL), N(PR_SET_VMA), N(PR_SCHED_CORE), N(PR_SET_SYSCALL_USER_DISPATCH),
         N(PR_SET_NAME), N(PR_SET_SECUREBITS)});
  check("prctl", 1, {N(CAP_CHOWN), N(CAP_SYS_ADMIN), N(CAP_CHECKPOINT_RESTORE)}, {PR_CAPBSET_DROP});
  check("prctl", 1, {N(SIGKILL)}, {PR_SET_PDEATHSIG});
}

TEST_CASE("argument_values: mounts have the numbers of the headers") {
  check("mount", 3,
        {N(MS_RDONLY), N(MS_NOSUID), N(MS_BIND), N(MS_MOVE), N(MS_REC), N(MS_PRIVATE), N(MS_SHARED),
         N(MS_REMOUNT), N(MS_STRICTATIME), N(MS_LAZYTIME)});
  check("fsopen", 1, {N(FSOPEN_CLOEXEC)});
  check("fsmount", 2, {N(MOUNT_ATTR_RDONLY), N(MOUNT_ATTR_IDMAP), N(MOUNT_ATTR_NOSYMFOLLOW)});
  check("fsconfig", 1, {N(FSCONFIG_SET_FLAG), N(FSCONFIG_CMD_CREATE)});
  check("open_tree", 2, {N(OPEN_TREE_CLONE), N(OPEN_TREE_CLOEXEC), N(AT_RECURSIVE)});
  check("move_mount", 4, {N(MOVE_MOUNT_F_EMPTY_PATH), N(MOVE_MOUNT_SET_GROUP)});
  check("swapon", 1, {N(SWAP_FLAG_PREFER), N(SWAP_FLAG_DISCARD)});
  CHECK(argument_value(here, "quotactl", 0, number(QCMD(Q_QUOTAON, GRPQUOTA))) == "Q_QUOTAON|GRPQUOTA");
  CHECK(argument_value(here, "quotactl", 0, number(QCMD(Q_SYNC, USRQUOTA))) == "Q_SYNC");
}

TEST_CASE("argument_values: the kernel's own affairs have the numbers of the headers") {
  check("bpf", 0, {N(BPF_MAP_CREATE), N(BPF_PROG_LOAD), N(BPF_LINK_CREATE), N(BPF_PROG_BIND_MAP)});
  check("keyctl", 0, {N(KEYCTL_GET_KEYRING_ID), N(KEYCTL_JOIN_SESSION_KEYRING), N(KEYCTL_WATCH_KEY)});
  check("add_key", 4, {N(KEY_SPEC_SESSION_KEYRING), N(KEY_SPEC_THREAD_KEYRING)});
  check("seccomp", 0, {N(SECCOMP_SET_MODE_STRICT), N(SECCOMP_SET_MODE_FILTER), N(SECCOMP_GET_NOTIF_SIZES)});
  check("seccomp", 1, {N(SECCOMP_FILTER_FLAG_TSYNC), N(SECCOMP_FILTER_FLAG_NEW_LISTENER)});
  check("landlock_create_ruleset", 2, {N(LANDLOCK_CREATE_RULESET_VERSION)});
  check("landlock_add_rule", 1, {N(LANDLOCK_RULE_PATH_BENEATH)});
  check("perf_event_open", 4, {N(PERF_FLAG_FD_NO_GROUP), N(PERF_FLAG_FD_CLOEXEC)});
  check("kexec_load", 3, {N(KEXEC_ON_CRASH)});
  check("reboot", 2, {N(LINUX_REBOOT_CMD_RESTART), N(LINUX_REBOOT_CMD_KEXEC), N(LINUX_REBOOT_CMD_CAD_OFF)});
  check("reboot", 0, {N(LINUX_REBOOT_MAGIC1)});
  check("getrandom", 2, {N(GRND_NONBLOCK), N(GRND_RANDOM), N(GRND_INSECURE)});
  check("ioctl", 1,
        {N(TIOCSTI), N(TIOCLINUX), N(TIOCSCTTY), N(TCGETS), N(TCSETS), N(FIONREAD), N(FIONBIO), N(FIOCLEX),
         N(TIOCGWINSZ), N(TIOCCONS), N(TIOCSETD), N(TIOCGPTPEER), N(FICLONE), N(FS_IOC_GETFLAGS),
         N(BLKROSET)});
  check("shmget", 2, {N(IPC_CREAT), N(IPC_EXCL)});
  check("shmat", 2, {N(SHM_RDONLY), N(SHM_EXEC)});
}

TEST_CASE("argument_values: a value and the flags on top of it") {
  CHECK(argument_value(x86_64, "socket", 1, SOCK_STREAM | SOCK_CLOEXEC) == "SOCK_STREAM|SOCK_CLOEXEC");
  CHECK(argument_value(x86_64, "socket", 1, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK) ==
        "SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
  CHECK(argument_value(x86_64, "socket", 1, SOCK_CLOEXEC) == "SOCK_CLOEXEC");
  CHECK(argument_value(x86_64, "socket", 1, 11 | SOCK_CLOEXEC) == "11|SOCK_CLOEXEC");
  CHECK(argument_value(x86_64, "clone", 0, number(CLONE_NEWUSER | SIGCHLD)) == "CLONE_NEWUSER|SIGCHLD");
  CHECK(argument_value(x86_64, "clone", 0, number(CLONE_NEWUSER | CLONE_FS)) == "CLONE_FS|CLONE_NEWUSER");
  CHECK(argument_value(x86_64, "futex", 1, FUTEX_WAIT | FUTEX_PRIVATE_FLAG) ==
        "FUTEX_WAIT|FUTEX_PRIVATE_FLAG");
  CHECK(argument_value(x86_64, "openat", 2, 02000000 | 1) == "O_WRONLY|O_CLOEXEC");
  CHECK(argument_value(x86_64, "personality", 0, 0x40008) == "PER_LINUX32|ADDR_NO_RANDOMIZE");
  CHECK(argument_value(x86_64, "mmap", 3, 0x22) == "MAP_PRIVATE|MAP_ANONYMOUS");
  CHECK(argument_value(i386, "shmctl", 1, 0x100) == "IPC_RMID|IPC_64");
  CHECK(argument_value(x86_64, "io_uring_register", 1, 0x80000000) ==
        "IORING_REGISTER_BUFFERS|IORING_REGISTER_USE_REGISTERED_RING");
}

TEST_CASE("argument_values: what has no name is a number") {
  CHECK(argument_value(x86_64, "socket", 0, 99) == "99");
  CHECK(argument_value(x86_64, "unshare", 0, 0) == "0");
  CHECK(argument_value(x86_64, "unshare", 0, 1) == "0x1");
  CHECK(argument_value(x86_64, "unshare", 0, 0x1000000010000001) == "CLONE_NEWUSER|0x1000000000000001");
  CHECK(argument_value(x86_64, "clone", 0, 0) == "0");
  CHECK(argument_value(x86_64, "pipe2", 1, 0) == "0");
  CHECK(argument_value(x86_64, "fchmod", 1, 04755) == "S_ISUID|0755");
  CHECK(argument_value(x86_64, "mknod", 1, 020666) == "S_IFCHR|0666");
  CHECK(argument_value(x86_64, "no_such_call", 0, 5) == "5");
}

TEST_CASE("argument_values: several bits of one name come before the single ones in it") {
  CHECK(argument_value(x86_64, "openat", 2, 04010000) == "O_RDONLY|O_SYNC");
  CHECK(argument_value(x86_64, "openat", 2, 010000) == "O_RDONLY|O_DSYNC");
  CHECK(argument_value(x86_64, "openat", 2, 020200002) == "O_RDWR|O_TMPFILE");
  CHECK(argument_value(x86_64, "statx", 3, 0xfff) == "STATX_BASIC_STATS|STATX_BTIME");
}

TEST_CASE("argument_values: what differs between architectures is that of the caller's") {
  CHECK(argument_value(x86_64, "openat", 2, 0200000) == "O_RDONLY|O_DIRECTORY");
  CHECK(argument_value(aarch64, "openat", 2, 040000) == "O_RDONLY|O_DIRECTORY");
  CHECK(argument_value(x86_64, "openat", 2, 040000) == "O_RDONLY|O_DIRECT");
  CHECK(argument_value(arm, "pipe2", 1, 0200000) == "O_DIRECT");
  CHECK(argument_value(x86_64, "mmap", 3, 0x40) == "MAP_32BIT");
  CHECK(argument_value(aarch64, "mmap", 3, 0x40) == "0x40");
  CHECK(argument_value(aarch64, "mprotect", 2, 0x15) == "PROT_READ|PROT_EXEC|PROT_BTI");
  CHECK(argument_value(arm, "mprotect", 2, 0x10) == "0x10");
  CHECK(argument_value(x86_64, "ptrace", 0, 12) == "PTRACE_GETREGS");
  CHECK(argument_value(aarch64, "ptrace", 0, 12) == "12");
  CHECK(argument_value(arm, "ptrace", 0, 23) == "PTRACE_SET_SYSCALL");
}

TEST_CASE("argument_values: what depends on another argument has a name only where that one is known") {
  CHECK(argument_value(x86_64, "socket", 2, 6) == "6");
  CHECK(argument_value(x86_64, "socket", 2, 6, {AF_INET}) == "IPPROTO_TCP");
  CHECK(argument_value(x86_64, "socket", 2, 6, {AF_NETLINK}) == "NETLINK_XFRM");
  CHECK(argument_value(x86_64, "socket", 2, 6, {AF_PACKET}) == "6");
  CHECK(argument_value(x86_64, "prctl", 1, 2) == "2");
  CHECK(argument_value(x86_64, "prctl", 1, 2, {PR_SET_SECCOMP}) == "SECCOMP_MODE_FILTER");
}

TEST_CASE("argument_values: every row is of calls and arguments that there are") {
  for (const sbx::ValueRow& row : all_rows())
    for (const auto syscall : words(row.syscalls)) {
      std::vector<std::string_view> arguments;
      for (const SyscallAbi abi : {x86_64, x32, i386, aarch64, arm})
        if (row.abis & 1u << static_cast<unsigned>(abi) && sbx::syscall_number(abi, syscall))
          for (unsigned i = 0; i < 6; ++i)
            arguments.push_back(sbx::syscall_argument(abi, syscall, i).name);
      CAPTURE(syscall, row.arguments);
      CHECK(std::ranges::any_of(words(row.arguments), [&](std::string_view argument) {
        return std::ranges::find(arguments, argument) != arguments.end();
      }));
    }
}

TEST_CASE(
    "argument_values: no set gives a value or a bit two names, and each bit is a flag or of the value") {
  for (const sbx::ValueRow& row : all_rows()) {
    CAPTURE(row.syscalls, row.arguments);
    CHECK(std::ranges::adjacent_find(row.values.values, std::greater_equal<>{}, &sbx::NamedValue::value) ==
          row.values.values.end());
    std::vector<std::uint64_t> seen;
    for (const auto& flag : row.values.flags) {
      CHECK(flag.value != 0);
      CHECK((flag.value & row.values.value_bits) == 0);
      CHECK(std::ranges::find(seen, flag.value) == seen.end());
      for (const std::uint64_t earlier : seen) // one that holds another comes before it
        CHECK((earlier & flag.value) != earlier);
      seen.push_back(flag.value);
    }
  }
}
