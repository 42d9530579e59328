#include "kernel/kernel_memory.h"

#include "core/errno_name.h"
#include "kernel/child.h"
#include "kernel/fd.h"
#include "kernel/libbpf_log.h"

#include <array>
#include <bpf/bpf.h>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

std::string first_bytes(const char* path) {
  std::array<char, 512> bytes{};
  const Fd file(open(path, O_RDONLY | O_CLOEXEC));
  const ssize_t got = file ? read(file.get(), bytes.data(), bytes.size()) : -1;
  return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

bool would_be_killed(const std::function<void()>& calls) {
  constexpr int trial_ms = 2000;
  if (prctl(PR_GET_SECCOMP) <= 0)
    return false;
  const Reading answer = ask_child(
      [&](int out) {
        calls();
        (void)may_read_kernel_memory();
        (void)!write(out, "alive", 5);
      },
      trial_ms);
  return !answer || answer->empty();
}

} // namespace

tl::expected<void, Refusal> may_read_kernel_memory() {
  const LibbpfLog log;
  // The smallest program of a type that needs what task iterators need: CAP_BPF, CAP_PERFMON,
  // CONFIG_BPF_EVENTS.
  const bpf_insn nothing[] = {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
                              {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  const Fd program(bpf_prog_load(BPF_PROG_TYPE_KPROBE, "sbx_may_read", "Dual BSD/GPL", nothing, 2, nullptr));
  if (program)
    return {};
  const int error = errno;
  if (error == EPERM || error == EACCES)
    return refusal(error,
                   "bpf(2) was refused: reading kernel memory needs CAP_BPF and CAP_PERFMON of the initial "
                   "user namespace, as root has, and no seccomp filter in the way");
  if (error == ENOSYS)
    return refusal(error,
                   "there is no bpf(2): the kernel was built without it, or a seccomp filter hides it");
  if (error == EINVAL)
    return refusal(error,
                   "the kernel knows no tracing programs (CONFIG_BPF_EVENTS), so its memory cannot be read");
  return refusal(error, "bpf(2) refused the smallest program: " + errno_name(error));
}

tl::expected<void, Refusal> may_call_for(int pidfd, const std::string& who,
                                         const std::function<void()>& calls) {
  if (pidfd < 0)
    return refusal(
        ENOSYS, "this kernel has no pidfd_open(2), without which its memory of one process is not asked for");
  if (would_be_killed(calls))
    return refusal(EPERM, "a child of ours was killed when it called " + who + ": a seccomp filter is on us");
  return {};
}

bool has_vanished(int pidfd) {
  return syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) != 0 && errno == ESRCH;
}

// The link count of /proc/PID/task less two.
std::optional<std::size_t> thread_count(int pidfd) {
  const std::string info = first_bytes(("/proc/self/fdinfo/" + std::to_string(pidfd)).c_str());
  long pid = 0;
  const auto at = info.find("\nPid:");
  if (at == std::string::npos || std::sscanf(info.c_str() + at, "\nPid: %ld", &pid) != 1 || pid <= 0)
    return std::nullopt;
  struct stat status {};
  if (stat(("/proc/" + std::to_string(pid) + "/task").c_str(), &status) || status.st_nlink < 3)
    return std::nullopt;
  return status.st_nlink - 2;
}

std::string load_note(int error) {
  if (first_bytes("/sys/kernel/security/lockdown").find("[confidentiality]") != std::string::npos)
    return "; the kernel is locked down (confidentiality), which forbids reading its memory";
  return error == EINVAL ? "; kernels before 5.17 lack a helper that the programs use (bpf_loop)" : "";
}

} // namespace sbx
