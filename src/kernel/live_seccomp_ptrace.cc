#include "kernel/live_seccomp_ptrace.h"

#include "kernel/file.h"
#include "kernel/seccomp_text.h"
#include "kernel/traced_filters.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <list>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_tasks = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)
constexpr std::size_t most_filters = 32'768, most_code = (1 << 20) * std::size_t{seccomp_instruction_bytes};
constexpr int most_rounds = 16;
constexpr std::uint32_t mode_none = 0, mode_filter = 2; // include/uapi/linux/seccomp.h
constexpr unsigned cap_sys_admin = 21;
constexpr ino_t initial_user_ns = 0xeffffffd; // PROC_USER_INIT_INO, include/linux/proc_ns.h

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

bool has_ended(int error) { return error == ENOENT || error == ESRCH; }

tl::expected<SeccompStatus, Refusal> status_of(int dir, const std::string& task) {
  const Reading status = read_beneath(dir, task + "/status"), stat = read_beneath(dir, task + "/stat");
  if (!status || !stat)
    return refusal((status ? stat : status).error().error, "reading the status of a thread");
  const auto found = seccomp_status(*status, *stat, sysconf(_SC_CLK_TCK));
  return found
             ? tl::expected<SeccompStatus, Refusal>(*found)
             : refusal(EOPNOTSUPP, "the kernel does not show the seccomp mode of a thread (CONFIG_SECCOMP)");
}

// What seccomp_get_filter() of kernel/seccomp.c asks of its caller, asked before anything is stopped.
tl::expected<void, Refusal> may_get_filters(int proc) {
  const std::string self = std::to_string(getpid());
  const auto own = status_of(proc, self);
  if (own && own->mode != mode_none)
    return refusal(EACCES,
                   "there is a seccomp filter on the inspector itself, as container runtimes and systemd "
                   "units put one on, and the kernel shows filters only to a process that has none: run "
                   "it outside, without --ptrace, or with the filter off");
  struct stat user_ns {};
  const bool initial = fstatat(proc, (self + "/ns/user").c_str(), &user_ns, 0) != 0 ||
                       user_ns.st_ino == initial_user_ns; // else the kernel says so
  const Reading status = read_beneath(proc, self + "/status");
  const std::size_t at = status ? status->find("\nCapEff:\t") : std::string::npos;
  const std::uint64_t capabilities =
      at == std::string::npos ? ~std::uint64_t{0} : std::strtoull(status->c_str() + at + 9, nullptr, 16);
  if (!initial || (capabilities >> cap_sys_admin & 1) == 0)
    return refusal(EACCES,
                   "reading filters by ptrace(2) needs CAP_SYS_ADMIN in the initial user namespace, as "
                   "root has outside of containers");
  return {};
}

// Nothing: it ended, which the next listing shows.
std::optional<Refusal> why_not(int dir, const TracedThread& thread) {
  const auto why = [&](int error, const std::string& what) {
    return Refusal{error, fmt::format("thread {}: {}", thread.tid, what)};
  };
  if (has_ended(thread.error))
    return std::nullopt;
  const auto now = status_of(dir, fmt::format("task/{}", thread.tid));
  switch (thread.step) {
  case TraceStep::seize:
    if (!now || now->exited)
      return std::nullopt;
    if (now->tracer != 0)
      return why(thread.error,
                 fmt::format("process {} traces it already, as a debugger does, and a thread has one "
                             "tracer at most: end that first, or read without --ptrace",
                             now->tracer));
    return why(thread.error, "PTRACE_SEIZE was refused: it needs CAP_SYS_PTRACE over the target, and Yama "
                             "(kernel.yama.ptrace_scope) or another security module not in the way");
  case TraceStep::stop:
    return why(thread.error, thread.error == ETIMEDOUT
                                 ? "it did not stop in time: it waits in the kernel for something (state D); "
                                   "it was left as it was; try again later, or read without --ptrace"
                                 : "waiting until it stops");
  case TraceStep::get_filter:
    if (thread.error == EACCES)
      return why(EACCES, "PTRACE_SECCOMP_GET_FILTER was refused: it needs CAP_SYS_ADMIN in the initial user "
                         "namespace, and no seccomp filter on the inspector itself");
    return why(EOPNOTSUPP,
               "PTRACE_SECCOMP_GET_FILTER: the kernel was built without CONFIG_CHECKPOINT_RESTORE, or "
               "is older than 4.4");
  case TraceStep::get_metadata:
    return why(EOPNOTSUPP, "PTRACE_SECCOMP_GET_METADATA: the kernel is older than 4.16");
  case TraceStep::too_many:
    return why(EFBIG, "too many filters");
  case TraceStep::all:
    return std::nullopt;
  }
  return std::nullopt;
}

// Threads, and the chains of those that have one: read once, and again where the thread got more.
class Sweep {
public:
  Sweep(int dir, int proc) : dir_(dir), proc_(proc) {}

  // A thread never gives up a filter while it lives. So where the kernel counts as many as were read before,
  // it held just these all the while, and so did all threads at the moment of the last listing. Before 5.9
  // there is no count: then each held them at some moment of ours.
  tl::expected<bool, Refusal> settle() {
    for (int round = 0; round < most_rounds; ++round) {
      if (const auto listed = list(); !listed)
        return tl::unexpected<Refusal>(listed.error());
      std::vector<pid_t> wanted;
      for (const auto& [tid, thread] : threads_)
        if (lacks_filters(thread))
          wanted.push_back(tid);
      if (wanted.empty())
        return true;
      if (const auto read = read_filters(wanted); !read)
        return tl::unexpected<Refusal>(read.error());
    }
    return false;
  }

  std::vector<TracedTask> tasks() const {
    std::vector<TracedTask> found;
    for (const auto& [tid, thread] : threads_)
      found.push_back({tid, thread.status, thread.chain});
    return found;
  }

private:
  struct Thread {
    SeccompStatus status;
    const TracedChain* chain = nullptr;
  };

  static bool lacks_filters(const Thread& thread) {
    const SeccompStatus& status = thread.status;
    return status.mode == mode_filter && !status.exited &&
           (!thread.chain || thread.chain->size() != status.count.value_or(thread.chain->size()));
  }

  tl::expected<void, Refusal> list() {
    const auto tids = list_numbers(dir_, "task", most_tasks);
    if (!tids)
      return refusal(tids.error(), "listing the threads");
    std::map<pid_t, Thread> now;
    for (const pid_t tid : *tids) {
      const auto status = status_of(dir_, fmt::format("task/{}", tid));
      if (!status && has_ended(status.error().error))
        continue;
      if (!status)
        return tl::unexpected<Refusal>(status.error());
      const auto before = threads_.find(tid);
      const bool known =
          before != threads_.end() && before->second.status.start_boottime == status->start_boottime;
      now.emplace(tid, Thread{*status, known ? before->second.chain : nullptr});
    }
    threads_ = std::move(now);
    return threads_.empty() ? refusal(ESRCH, "no thread is left") : tl::expected<void, Refusal>();
  }

  tl::expected<void, Refusal> read_filters(const std::vector<pid_t>& wanted) {
    if (const auto allowed = may_get_filters(proc_); !allowed)
      return allowed;
    auto trace = trace_threads(dir_, wanted);
    if (!trace)
      return tl::unexpected<Refusal>(trace.error());
    for (const TracedThread& thread : trace->threads)
      if (thread.error != 0)
        if (auto why = why_not(dir_, thread))
          return tl::unexpected<Refusal>(std::move(*why));
    std::vector<const TracedChain*> chains;
    for (TracedChain& chain : trace->chains) {
      for (const TracedFilter& filter : chain)
        code_ += filter.code.size();
      filters_ += chain.size();
      if (filters_ > most_filters || code_ > most_code)
        return refusal(EFBIG, "too many filters to read them all");
      chains.push_back(&chains_.emplace_back(std::move(chain)));
    }
    for (const TracedThread& thread : trace->threads)
      if (thread.error == 0)
        threads_[thread.tid].chain = chains[thread.chain];
    return {};
  }

  int dir_, proc_;
  std::map<pid_t, Thread> threads_;
  std::list<TracedChain> chains_;
  std::size_t filters_ = 0, code_ = 0;
};

} // namespace

Reading read_seccomp_filters_by_ptrace(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  Sweep sweep(*dir, target.proc());
  const auto settled = sweep.settle();
  if (!settled)
    return refused(settled.error().error, settled.error().detail);
  return seccomp_text(traced_layout(), traced_snapshot(sweep.tasks()), *settled);
}

} // namespace sbx
