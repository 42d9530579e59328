#include "cli/command.h"
#include "cli/signal_inbox.h"
#include "cli/trace_log.h"
#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/proc_target.h"
#include "kernel/process_tree.h"
#include "parse/line.h"
#include "report/timeline.h"
#include "trace/trace_claims.h"

#include <array>
#include <chrono>
#include <fmt/core.h>
#include <poll.h>
#include <set>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int look_every_ms = 50;

tl::unexpected<Error> refused_to_trace(const Refusal& refusal) {
  return error(ErrorKind::failure, fmt::format("tracing was refused: {} ({}); run as root, or with CAP_BPF, "
                                               "CAP_PERFMON and CAP_SYS_PTRACE",
                                               refusal.detail, errno_name(refusal.error)));
}

// What it started before we looked. Children of what is watched are followed by themselves: who is listed
// after its parent was watched, and was not there before, needs no more than to be watched again.
Result<void> watch_descendants(Tracer& tracer, pid_t root) {
  constexpr int most_looks = 16;
  std::set<std::pair<pid_t, std::uint64_t>> watched;
  for (int look = 0; look < most_looks; ++look) {
    bool found = false;
    for (const TreeProcess& process : descendants_of(root, {})) {
      if (process.zombie || !watched.emplace(process.pid, process.start).second)
        continue;
      found = true;
      const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
      if (!pidfd || !send_signal(process, 0)) // gone, or another has its number
        continue;
      if (auto done = tracer.watch(pidfd.get()); !done && done.error().error != ESRCH)
        return refused_to_trace(done.error());
    }
    if (!found)
      return {};
  }
  complain("it starts processes faster than they can be listed: some that lived already may not be watched");
  return {};
}

Result<void> print_event(const TraceEvent& event, const Options& options, const TableStyle& style) {
  const Claims claims = event_claims(event);
  return print((options.format == Format::json ? claims.dump(-1, ' ', true, Claims::error_handler_t::replace)
                                               : timeline_line(claims, style)) +
               "\n");
}

// The timeline was printed as it came; what is left to say of it.
Result<void> print_end(const TraceEvents& trace, const Options& options, const TableStyle& style) {
  Claims claims = trace_claims(trace, TraceScope::attached);
  if (options.format == Format::table)
    return print("\n" + render_trace_end(claims, style));
  claims.erase("timeline");
  return print(Claims{{"trace", claims}}.dump(-1, ' ', true, Claims::error_handler_t::replace) + "\n");
}

Result<void> follow(TraceLog& log, int pidfd, SignalInbox& inbox, const Options& options,
                    const TableStyle& style) {
  const auto end = options.watch_for > 0
                       ? std::optional(clock::now() + std::chrono::seconds(options.watch_for))
                       : std::nullopt;
  for (;;) {
    const bool over = pidfd_exited(pidfd) || inbox.next() || (end && clock::now() >= *end);
    Result<void> printed;
    const auto took = log.take([&](const TraceEvent& event) {
      if (printed)
        printed = print_event(event, options, style);
    });
    if (!took)
      return tl::unexpected<Error>(took.error());
    if (!printed || over)
      return printed;
    std::array<pollfd, 3> ends{
        {{pidfd, POLLIN, 0}, {inbox.fd(), POLLIN, 0}, {log.tracer().ready_fd(), POLLIN, 0}}};
    poll(ends.data(), ends.size(), look_every_ms);
  }
}

} // namespace

Result<int> trace_command(const Options& options) {
  const auto pid = number<pid_t>(options.target);
  if (!pid || *pid <= 0)
    return error(ErrorKind::usage, fmt::format("'{}' is no process id, and nothing else can be traced",
                                               escaped(options.target, 40)));
  auto target = ProcTarget::open(*pid);
  if (!target)
    return tl::unexpected<Error>(target.error());
  auto tracer = Tracer::attach({});
  if (!tracer)
    return refused_to_trace(tracer.error());
  if (auto watched = tracer->watch(target->pidfd()); !watched)
    return watched.error().error == ESRCH
               ? error(ErrorKind::target,
                       fmt::format("process {} has ended, or the kernel shows no thread of it here", *pid))
               : refused_to_trace(watched.error());
  if (auto watched = watch_descendants(*tracer, *pid); !watched)
    return tl::unexpected<Error>(watched.error());
  auto inbox = SignalInbox::open({SIGINT, SIGTERM, SIGHUP});
  if (!inbox)
    return tl::unexpected<Error>(inbox.error());
  auto log = TraceLog::of(std::move(*tracer));
  if (!log)
    return tl::unexpected<Error>(log.error());
  const TableStyle style = table_style(options.colour, options.ascii);
  if (auto followed = follow(*log, target->pidfd(), *inbox, options, style); !followed)
    return tl::unexpected<Error>(followed.error());
  if (auto printed = print_end(log->trace(), options, style); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
