#include "cli/trace_log.h"

#include "core/errno_name.h"

#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t most_kept = 200000; // some hundred bytes each

} // namespace

Result<TraceLog> TraceLog::of(Tracer tracer) {
  auto nothing = parse_trace_events(tracer.attached_line() + "\nlost events=0 calls=0 processes=0\n");
  if (!nothing)
    return error(ErrorKind::failure, "what was attached makes no sense: " + nothing.error().what);
  return TraceLog(std::move(tracer), std::move(*nothing));
}

Result<std::size_t> TraceLog::take(const std::function<void(const TraceEvent&)>& seen) {
  std::optional<Malformed> problem;
  const auto took = tracer_.take(0, [&](std::string_view line) {
    auto event = parse_trace_event(line);
    if (!event) {
      problem = std::move(event.error());
      return;
    }
    seen(*event);
    if (trace_.events.size() < most_kept)
      trace_.events.push_back(std::move(*event));
    else
      ++trace_.not_kept;
  });
  if (!took)
    return error(ErrorKind::failure, fmt::format("following the trace: {} ({})", took.error().detail,
                                                 errno_name(took.error().error)));
  if (problem)
    return error(ErrorKind::failure, "following the trace: " + problem->what);
  return *took;
}

const TraceEvents& TraceLog::trace() {
  const TraceLosses losses = tracer_.losses();
  trace_.lost_events = losses.events;
  trace_.lost_calls = losses.calls;
  trace_.lost_processes = losses.processes;
  return trace_;
}

} // namespace sbx
