#include "trace/trace_warnings.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "trace/attempts.h"
#include "trace/degradations.h"
#include "trace/event_outcome.h"
#include "trace/event_words.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::uint64_t clone_newuser = 0x10000000;

struct Kind {
  std::string_view id;
  Severity severity;
  std::string_view summary, remedy;
};

Kind kind_of(const Degradation& it) {
  switch (it.layer) {
  case Attempted::landlock:
    return {
        "trace.landlock_failed", Severity::high,
        "Landlock was asked for and refused, and a file was executed all the same: it runs without that "
        "domain",
        "let the launcher stop when it is refused; sbx-attest inspect self tells what this kernel offers"};
  case Attempted::seccomp:
    return {"trace.seccomp_failed", Severity::high,
            "a seccomp filter was refused, and a file was executed all the same: it runs without that filter",
            "let the launcher stop when it is refused; EACCES: set no_new_privs first"};
  case Attempted::no_new_privs:
    return {"trace.no_new_privs_failed", Severity::high,
            "no_new_privs was refused, and a file was executed all the same: exec can add privileges",
            "let the launcher stop when it is refused"};
  case Attempted::namespaces:
    if (namespace_flags(*it.failed) & clone_newuser)
      return {"trace.userns_failed", Severity::high,
              "a user namespace was refused, and a file was executed all the same: it runs in the namespaces "
              "that were there",
              "allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "
              "AppArmor's "
              "kernel.apparmor_restrict_unprivileged_userns), or let the launcher stop"};
    return {"trace.namespaces_failed", Severity::high,
            "a namespace was refused, and a file was executed all the same: it shares the one that was there",
            "give the launcher CAP_SYS_ADMIN in its user namespace, or let it stop"};
  case Attempted::capabilities:
    return {"trace.capabilities_failed", Severity::medium,
            "a change of capabilities was refused, and a file was executed all the same",
            "let the launcher stop when it is refused"};
  case Attempted::user:
    return {"trace.user_failed", Severity::high,
            "a change of user or groups was refused, and a file was executed all the same: it runs as before",
            "let the launcher stop when it is refused"};
  case Attempted::mounts:
    return {"trace.mounts_failed", Severity::low,
            "a change of mounts or of the root was refused, and a file was executed all the same",
            "let the launcher stop when it is refused, where what is mounted protects"};
  }
  return {};
}

std::string at(const TraceEvent& event) {
  const std::uint64_t tenths = event.time / 100000; // of a millisecond
  return fmt::format("{}.{} ms, {} ({})", tenths / 10, tenths % 10, escaped(event.comm), event.tid);
}

std::string evidence(const Degradation& it) {
  return fmt::format("{}: {} at {}; then {} by {}", event_words(*it.failed), outcome_words(*it.failed),
                     at(*it.failed), event_words(*it.exec), it.exec->tid);
}

void about_failures(const Course& course, std::vector<Warning>& to) {
  std::vector<std::pair<Kind, std::vector<std::string>>> kinds;
  for (const Degradation& it : degradations(course)) {
    const Kind kind = kind_of(it);
    auto same = std::ranges::find(kinds, kind.id, [](const auto& group) { return group.first.id; });
    if (same == kinds.end())
      same = kinds.insert(kinds.end(), {kind, {}});
    same->second.push_back(evidence(it));
  }
  for (auto& [kind, seen] : kinds)
    to.push_back({std::string(kind.id), kind.severity, std::string(kind.summary), some_of(std::move(seen), 3),
                  std::string(kind.remedy)});
}

void about_rulesets(const Course& course, std::vector<Warning>& to) {
  std::vector<std::string> seen;
  for (const TraceEvent* made : rulesets_left(course))
    seen.push_back(fmt::format("{} at {}", made->call, at(*made)));
  if (!seen.empty())
    to.push_back({"trace.landlock_unapplied", Severity::medium,
                  "a Landlock ruleset was made and never put on, and a file was executed all the same",
                  some_of(std::move(seen), 3), "call landlock_restrict_self(2) before the file is executed"});
}

std::vector<std::string> names_of(const std::vector<SkippedPath>& skipped, bool put_on) {
  std::vector<std::string> names;
  for (const SkippedPath& it : skipped)
    if (it.put_on == put_on)
      names.push_back(fmt::format("{} ({})", escaped(it.path), errno_name(it.error)));
  return names;
}

void about_paths(const std::vector<SkippedPath>& skipped, std::vector<Warning>& to) {
  if (const auto names = names_of(skipped, true); !names.empty())
    to.push_back(
        {"trace.path_skipped", Severity::medium,
         fmt::format("{} path{} could not be opened or granted, and the domain was put on without {}",
                     names.size(), names.size() == 1 ? "" : "s", names.size() == 1 ? "it" : "them"),
         some_of(names), "make the paths, take them out of the policy, or demand that none is missing"});
  if (const auto names = names_of(skipped, false); !names.empty())
    to.push_back({"trace.path_missing", Severity::medium,
                  fmt::format("{} path{} could not be opened or granted, and no domain was put on after that",
                              names.size(), names.size() == 1 ? "" : "s"),
                  some_of(names), "make the paths, or take them out of the policy"});
}

// A trace that lost something cannot say that nothing was there.
void about_nothing(const TraceEvents& trace, const Course& course, std::vector<Warning>& to) {
  const auto executed =
      std::ranges::find_if(course.steps, [](const Step& it) { return it.event->call == "exec"; });
  const bool attempted =
      std::ranges::any_of(course.steps, [](const Step& it) { return attempted_by(*it.event).has_value(); });
  if (trace.lossless() && trace.missing.empty() && executed != course.steps.end() && !attempted)
    to.push_back({"trace.nothing_attempted", Severity::high,
                  "no call for isolation was made: what was started has what it inherited, and no more",
                  fmt::format("{} events of {} processes, from {} on", course.steps.size(),
                              course.processes.size(), event_words(*executed->event)),
                  "whatever the launcher says of itself, start it so that it restricts what it starts"});
}

void about_gaps(const TraceEvents& trace, std::vector<Warning>& to) {
  if (!trace.lossless())
    to.push_back({"trace.events_lost", Severity::medium,
                  "part of what happened was not recorded: what is not in the timeline may have happened",
                  fmt::format("{} events, {} calls and {} processes lost, {} events not kept",
                              trace.lost_events, trace.lost_calls, trace.lost_processes, trace.not_kept),
                  "rely on what the kernel holds (sbx-attest inspect), not on the timeline"});
  if (!trace.missing.empty())
    to.push_back({"trace.calls_missing", Severity::medium,
                  "some calls were not watched: they may have been made", some_of(trace.missing),
                  "rely on what the kernel holds (sbx-attest inspect)"});
}

} // namespace

std::vector<Warning> trace_warnings(const TraceEvents& trace, const Course& course,
                                    const std::vector<SkippedPath>& skipped, TraceScope scope) {
  std::vector<Warning> warnings;
  about_failures(course, warnings);
  if (trace.lossless())
    about_rulesets(course, warnings);
  about_paths(skipped, warnings);
  if (scope == TraceScope::launch)
    about_nothing(trace, course, warnings);
  about_gaps(trace, warnings);
  return warnings;
}

} // namespace sbx
