#include "trace/path_attempts.h"

#include "core/plain_path.h"

#include "core/errno_name.h"
#include "rules/landlock_abi.h"
#include "trace/event_outcome.h"
#include "trace/opened_paths.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unordered_map>

namespace sbx {

namespace {

using Outcome = PathAttempt::Outcome;

// A rule is not undone by anything that comes after it; else the last try counts.
void take(PathAttempt& attempt, const TraceEvent& event, Outcome outcome) {
  if (attempt.outcome == Outcome::added) {
    if (outcome == Outcome::added)
      attempt.access |= event.number("access").value_or(0);
    return;
  }
  attempt.outcome = outcome;
  attempt.error = error_of(event);
  attempt.access = outcome == Outcome::added ? event.number("access").value_or(0) : 0;
  attempt.tid = event.tid;
  attempt.time = event.time;
}

bool seen(const TraceEvents& trace, std::string_view call) {
  return std::ranges::find(trace.missing, call) == trace.missing.end();
}

} // namespace

std::string_view path_attempt_name(Outcome outcome) {
  switch (outcome) {
  case Outcome::added:
    return "added";
  case Outcome::refused:
    return "refused";
  case Outcome::not_opened:
    return "not_opened";
  case Outcome::opened:
    return "opened";
  case Outcome::never:
    return "never";
  case Outcome::unseen:
    return "unseen";
  }
  return "unseen";
}

std::string path_attempt_words(const PathAttempt& attempt) {
  switch (attempt.outcome) {
  case Outcome::added:
    return fmt::format("rule added: {}", fmt::join(landlock_names(LandlockKind::fs, attempt.access), ","));
  case Outcome::refused:
    return "rule refused: " + errno_name(attempt.error);
  case Outcome::not_opened:
    return "not opened: " + errno_name(attempt.error);
  case Outcome::opened:
    return "opened, and no rule was made of it";
  case Outcome::never:
    return "never attempted";
  case Outcome::unseen:
    return "not seen: the trace has holes";
  }
  return {};
}

std::vector<PathAttempt> path_attempts(const TraceEvents& trace, const std::vector<std::string>& paths) {
  std::unordered_map<std::string, PathAttempt> tried;
  for (const std::string& path : paths)
    tried[plain_path(path)];
  const auto note = [&](const std::string& path, const TraceEvent& event, Outcome outcome) {
    if (const auto found = tried.find(path); found != tried.end())
      take(found->second, event, outcome);
  };
  OpenedPaths opened;
  const Course course = course_of(trace);
  for (const Step& step : course.steps) {
    const TraceEvent& event = *step.event;
    if (opens_path(event)) {
      note(opened.path_of_open(step), event, error_of(event) ? Outcome::not_opened : Outcome::opened);
    } else if (adds_path_rule(event)) {
      const auto [asked, named] = opened.paths_of_rule(step);
      const Outcome outcome = error_of(event) ? Outcome::refused : Outcome::added;
      note(asked, event, outcome);
      if (named != asked)
        note(named, event, outcome);
    }
    opened.follow(step);
  }
  const bool whole = trace.lossless() && seen(trace, "openat") && seen(trace, "landlock_add_rule");
  std::vector<PathAttempt> attempts;
  for (const std::string& path : paths) {
    PathAttempt attempt = tried[plain_path(path)];
    attempt.path = path;
    if (!whole && (attempt.outcome == Outcome::never || attempt.outcome == Outcome::opened))
      attempt.outcome = Outcome::unseen;
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

} // namespace sbx
