#include "kernel/feature_trials.h"

#include "kernel/fd.h"
#include "kernel/trial_steps.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/kvm.h>
#include <linux/netlink.h>
#include <memory>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int patience_ms = 200;

int opened(const char* path, int flags) {
  const Fd file(open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return file ? 0 : errno;
}

// A machine without memory or processors, which is gone with its descriptor.
std::vector<TrialStep> kvm_steps() {
  const auto kvm = std::make_shared<int>(-1);
  return {
      {"kvm.open",
       [=] {
         *kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
         return *kvm < 0 ? errno : 0;
       },
       {}},
      {"kvm.api",
       {},
       [=]() -> Reading {
         const int version = *kvm < 0 ? -1 : ioctl(*kvm, KVM_GET_API_VERSION, 0);
         return version < 0 ? refused(*kvm < 0 ? ENODEV : errno) : Reading(std::to_string(version));
       }},
      {"kvm.create",
       [=] {
         if (*kvm < 0)
           return not_tried;
         const Fd machine(ioctl(*kvm, KVM_CREATE_VM, 0));
         return machine ? 0 : errno;
       },
       {}},
  };
}

int bpf_map() {
  bpf_attr attr{};
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = attr.value_size = 4;
  attr.max_entries = 1;
  const Fd map(static_cast<int>(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr)));
  return map ? 0 : errno;
}

// Of a size that no kernel takes: since 5.19 it looks at that before any permission, but for making maps and
// programs.
int bpf_nonsense() { return outcome_of(syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, nullptr, 1 << 20)); }

int readable(const char* path) {
  const Fd file(open(path, O_RDONLY | O_CLOEXEC));
  char byte = 0;
  return !file ? errno : read(file.get(), &byte, 1) == 1 ? 0 : no_effect;
}

int trace_a_child() {
  const pid_t child = fork();
  if (child < 0)
    return errno;
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
      pause();
  }
  const int came = outcome_of(ptrace(PTRACE_SEIZE, child, nullptr, nullptr));
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  return came;
}

int trace_nobody() { return outcome_of(syscall(SYS_ptrace, 0x7fffffff, -1, nullptr, nullptr)); }

struct AuditStatus { // as much of audit_status as is looked at
  std::uint32_t mask, enabled;
};

struct AuditAnswer {
  nlmsghdr header;
  union {
    nlmsgerr error;
    AuditStatus status;
  } body;
};

// Asks the kernel for its state; nothing is set. The answer: {nlmsghdr, audit_status} or an error.
Reading audit_enabled() {
  const Fd netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT));
  if (!netlink)
    return refused(errno);
  nlmsghdr request{};
  request.nlmsg_len = sizeof request;
  request.nlmsg_type = AUDIT_GET;
  request.nlmsg_flags = NLM_F_REQUEST;
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (sendto(netlink.get(), &request, sizeof request, 0, reinterpret_cast<const sockaddr*>(&kernel),
             sizeof kernel) < 0)
    return refused(errno);
  pollfd ready{netlink.get(), POLLIN, 0};
  if (poll(&ready, 1, patience_ms) != 1)
    return refused(ETIMEDOUT);
  AuditAnswer answer{};
  const ssize_t got = recv(netlink.get(), &answer, sizeof answer, 0);
  if (got < static_cast<ssize_t>(sizeof(nlmsghdr) + 8))
    return refused(got < 0 ? errno : EBADMSG);
  if (answer.header.nlmsg_type == NLMSG_ERROR)
    return refused(answer.body.error.error < 0 ? -answer.body.error.error : EBADMSG);
  return answer.header.nlmsg_type == AUDIT_GET ? Reading(std::to_string(answer.body.status.enabled))
                                               : refused(EBADMSG);
}

int connected(const char* path) {
  const Fd unix_socket(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!unix_socket)
    return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return outcome_of(connect(unix_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

} // namespace

std::string try_features(std::chrono::steady_clock::time_point end) {
  return try_steps(kvm_steps(), end) +
         try_steps({{"bpf.bad", bpf_nonsense, {}}, {"bpf.map", bpf_map, {}}}, end) +
         try_steps({{"ptrace.bad", trace_nobody, {}}, {"ptrace.child", trace_a_child, {}}}, end) +
         try_steps({{"btf", [] { return readable("/sys/kernel/btf/vmlinux"); }, {}},
                    {"tun", [] { return opened("/dev/net/tun", O_RDWR); }, {}},
                    {"fuse", [] { return opened("/dev/fuse", O_RDWR); }, {}},
                    {"docker.socket", [] { return connected("/var/run/docker.sock"); }, {}},
                    {"systemd.socket", [] { return connected("/run/systemd/private"); }, {}},
                    {"audit.enabled", {}, audit_enabled}},
                   end);
}

} // namespace sbx
