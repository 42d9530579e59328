#include "cli/held_process.h"

#include "core/errno_name.h"
#include "kernel/file.h"
#include "kernel/live_kernel.h"
#include "parse/line.h"
#include "parse/proc_stat.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fmt/core.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr auto standing_within = std::chrono::seconds(1);

// A mask of signals, proc_pid_status(5): "ShdPnd:\t0000000000040000".
bool holds_stop(std::string_view status, std::string_view name) {
  const std::size_t at = status.find(name);
  if (at == std::string_view::npos)
    return false;
  std::string_view mask = status.substr(at + name.size());
  mask = mask.substr(0, mask.find('\n'));
  return (number<std::uint64_t>(mask, 16).value_or(0) >> (SIGSTOP - 1) & 1) != 0;
}

// Stopped, or inside the kernel with a stop that comes before its next instruction: a process that waits for
// the child that it made with vfork(2) is not stopped before that child goes on.
bool stands_now(const ProcTarget& target) {
  const Reading stat_text = target.read("stat", small_file), status = target.read("status", small_file);
  const auto stat = stat_text ? parse_proc_stat(*stat_text) : malformed("not read");
  return (stat && stat->state == 'T') ||
         (status && (holds_stop(*status, "\nShdPnd:\t") || holds_stop(*status, "\nSigPnd:\t")));
}

bool stands(const ProcTarget& target) {
  const auto end = std::chrono::steady_clock::now() + standing_within;
  while (!stands_now(target)) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    poll(nullptr, 0, 1);
  }
  return true;
}

tl::unexpected<Error> went_on(pid_t pid) {
  return error(ErrorKind::target,
               fmt::format("process {} was held, and did not stand still while it was inspected", pid));
}

} // namespace

Result<HeldProcess> HeldProcess::of(pid_t pid) {
  Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd)
    return error(ErrorKind::target,
                 fmt::format("process {} was held, and is gone: {}", pid, errno_name(errno)));
  return HeldProcess(pid, std::move(pidfd));
}

Result<Report> HeldProcess::inspect(const Wanted& wanted) const {
  auto target = ProcTarget::open(pid_);
  if (!target)
    return tl::unexpected<Error>(target.error());
  if (!stands(*target))
    return went_on(pid_);
  LiveKernel kernel(std::move(*target));
  Witness witness(kernel);
  auto report = sbx::inspect(witness, wanted);
  if (!report)
    return report;
  const auto after = ProcTarget::open(pid_);
  return after && stands_now(*after) ? std::move(report) : went_on(pid_);
}

void HeldProcess::let_go() const { syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGCONT, nullptr, 0); }

} // namespace sbx
