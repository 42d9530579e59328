#include "trace/trace_claims.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "rules/landlock_abi.h"
#include "trace/attempts.h"
#include "trace/event_outcome.h"
#include "trace/event_words.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::size_t most_entries = 10000, most_path_bytes = 4096;
constexpr std::uint64_t most_safe = (1ull << 53) - 1; // what JSON's readers hold exactly

Claims safe(std::uint64_t number) { return std::min(number, most_safe); }

Claims error_name_or_null(int error) { return error == 0 ? Claims(nullptr) : Claims(errno_name(error)); }

Claims microseconds(std::uint64_t nanoseconds) { return safe(nanoseconds / 1000); }

// {"total": how many there were, "list": the first of them}
template <class Range, class Make> Claims bounded(const Range& range, Make make) {
  Claims list = Claims::array();
  for (const auto& it : range) {
    if (list.size() >= most_entries)
      break;
    list.push_back(make(it));
  }
  return {{"total", range.size()}, {"list", std::move(list)}};
}

Claims process_claims(const Course& course, const TracedProcess& process) {
  const auto& exit = process.exit;
  const bool killed = exit && (*exit & 0x7f) != 0;
  return {{"tgid", process.tgid},
          {"comm", escaped(process.comm)},
          {"parent", process.parent ? Claims(course.processes[*process.parent].tgid) : Claims(nullptr)},
          {"execs",
           bounded(process.execs,
                   [](const TracedExec& it) -> Claims {
                     return {{"time_us", microseconds(it.time)}, {"file", escaped(it.file, most_path_bytes)}};
                   })},
          {"exit_code", exit && !killed ? Claims(*exit >> 8 & 0xff) : Claims(nullptr)},
          {"exit_signal", killed ? Claims(*exit & 0x7f) : Claims(nullptr)}};
}

Claims attempt_claims(const TraceEvent& event) {
  return {{"time_us", microseconds(event.time)},
          {"tid", event.tid},
          {"tgid", event.tgid},
          {"words", event_words(event)},
          {"errno", error_name_or_null(error_of(event))}};
}

Claims ruleset_claims(const LandlockAttempts::Ruleset& it) {
  const auto names = [&](LandlockKind kind, const char* number) {
    return landlock_names(kind, it.made->number(number).value_or(0));
  };
  return {{"time_us", microseconds(it.made->time)},
          {"tgid", it.made->tgid},
          {"handled_fs", names(LandlockKind::fs, "fs")},
          {"handled_net", names(LandlockKind::net, "net")},
          {"scoped", names(LandlockKind::scope, "scoped")},
          {"rules_added", it.rules},
          {"rules_refused", it.refused}};
}

// Rules are in the timeline and counted with their ruleset; a thousand of them would hide the rest here.
Claims attempted_claims(const Course& course) {
  Claims out = Claims::object();
  for (const Attempted layer : all_attempted) {
    std::vector<const TraceEvent*> calls;
    std::size_t failed = 0;
    for (const Step& step : course.steps)
      if (attempted_by(*step.event) == layer && step.event->call != "landlock_add_rule") {
        calls.push_back(step.event);
        failed += error_of(*step.event) != 0;
      }
    Claims claims = bounded(calls, [](const TraceEvent* event) { return attempt_claims(*event); });
    claims["failed"] = failed;
    out[std::string(attempted_name(layer))] = std::move(claims);
  }
  out["rulesets"] = bounded(landlock_attempts(course).rulesets, ruleset_claims);
  return out;
}

Claims count_claims(const Course& course) {
  const auto count = [&](std::string_view call) {
    return std::ranges::count_if(course.steps, [&](const Step& step) { return step.event->call == call; });
  };
  return {{"forks", count("fork")}, {"execs", count("exec")}, {"exits", count("exit")}};
}

} // namespace

Claims event_claims(const TraceEvent& event) {
  const auto limit = static_cast<std::int64_t>(most_safe);
  return {{"time_us", microseconds(event.time)},
          {"tid", event.tid},
          {"tgid", event.tgid},
          {"comm", escaped(event.comm)},
          {"call", event.call},
          {"words", event_words(event)},
          {"result", event.ret ? Claims(std::clamp(*event.ret, -limit, limit)) : Claims(nullptr)},
          {"errno", error_name_or_null(error_of(event))}};
}

Claims skipped_path_claims(const SkippedPath& skipped) {
  return {{"time_us", microseconds(skipped.time)},
          {"tid", skipped.tid},
          {"tgid", skipped.tgid},
          {"comm", escaped(skipped.comm)},
          {"path", escaped(skipped.path, most_path_bytes)},
          {"cut", skipped.cut},
          {"put_on", skipped.put_on},
          {"call", skipped.call},
          {"errno", errno_name(skipped.error)}};
}

Claims trace_claims(const TraceEvents& trace, TraceScope scope) {
  const Course course = course_of(trace);
  const auto skipped = skipped_paths(course);
  return {
      {"complete", trace.lossless() && trace.missing.empty()},
      {"from_start", scope == TraceScope::launch},
      {"lost",
       {{"events", safe(trace.lost_events)},
        {"calls", safe(trace.lost_calls)},
        {"processes", safe(trace.lost_processes)},
        {"not_kept", safe(trace.not_kept)}}},
      {"counts", count_claims(course)},
      {"attached", trace.attached},
      {"missing", trace.missing},
      {"tracepoints", trace.tracepoints},
      {"processes", bounded(course.processes,
                            [&](const TracedProcess& process) { return process_claims(course, process); })},
      {"timeline", bounded(course.steps, [](const Step& step) { return event_claims(*step.event); })},
      {"skipped_paths", bounded(skipped, skipped_path_claims)},
      {"attempted", attempted_claims(course)},
      {"warnings", warning_claims(trace_warnings(trace, course, skipped, scope))}};
}

} // namespace sbx
