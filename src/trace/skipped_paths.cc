#include "trace/skipped_paths.h"

#include "trace/event_outcome.h"
#include "trace/opened_paths.h"

#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include <unordered_map>

namespace sbx {

namespace {

// Of one program: what a process could not open, and what it could not grant, each once.
struct Key {
  std::size_t process;
  std::string path;
  bool rule;
  auto operator<=>(const Key&) const = default;
};
using Failed = std::map<Key, SkippedPath>;

SkippedPath described(const TraceEvent& event, std::string path) {
  return {std::move(path), event.cut,  error_of(event), event.call, event.tid,
          event.tgid,      event.comm, event.time,      false};
}

std::string rule_name(const Step& step, const OpenedPaths& opened) {
  const auto [asked, named] = opened.paths_of_rule(step);
  if (!asked.empty() || !named.empty())
    return asked.empty() ? named : asked;
  const auto fd = step.event->number("fd");
  return fd ? "descriptor " + std::to_string(*fd) : "a descriptor";
}

} // namespace

std::vector<SkippedPath> skipped_paths(const Course& course) {
  OpenedPaths opened;
  std::unordered_map<std::size_t, Failed> failed; // by image
  std::set<std::size_t> with_ruleset;
  std::vector<SkippedPath> skipped;
  const auto skip = [&](std::size_t image, bool put_on) {
    for (auto& [key, path] : failed[image]) {
      path.put_on = put_on;
      skipped.push_back(std::move(path));
    }
    failed.erase(image);
  };
  for (const Step& step : course.steps) {
    const TraceEvent& event = *step.event;
    if (opens_path(event) || adds_path_rule(event)) {
      const bool rule = adds_path_rule(event), works = error_of(event) == 0;
      const std::string path = rule ? rule_name(step, opened) : opened.path_of_open(step);
      Failed& of = failed[step.image];
      of.erase({step.process, path, false});
      if (rule || !works) // an open that works leaves a rule that failed as it is
        of.erase({step.process, path, true});
      if (!works)
        of.emplace(Key{step.process, path, rule}, described(event, path));
    } else if (restricts(event)) {
      skip(step.image, true);
    } else if (makes_ruleset(event)) {
      with_ruleset.insert(step.image);
    }
    opened.follow(step);
  }
  for (const std::size_t image : with_ruleset)
    skip(image, false);
  std::ranges::stable_sort(skipped, {}, &SkippedPath::time);
  return skipped;
}

} // namespace sbx
