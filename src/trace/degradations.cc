#include "trace/degradations.h"

#include "trace/event_outcome.h"
#include "trace/opened_paths.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>

namespace sbx {

namespace {

constexpr std::size_t most_open = 64; // failures that one process drags along

struct Failure {
  Attempted layer;
  const TraceEvent* event;
};

// A failure that leaves the process without what it asked for.
std::optional<Attempted> failed_layer(const TraceEvent& event) {
  const int error = error_of(event);
  if (error == 0)
    return std::nullopt;
  if (event.call == "landlock_create_ruleset" && asks_only(event)) // a kernel without it says so here
    return error == ENOSYS || error == EOPNOTSUPP || error == EPERM ? std::optional(Attempted::landlock)
                                                                    : std::nullopt;
  if (event.call == "landlock_add_rule") // a path that was skipped, and told as such
    return std::nullopt;
  return attempted_by(event);
}

// Does this success give what that failure did not?
bool makes_good(const TraceEvent& success, Attempted layer, const Failure& failure) {
  if (layer != failure.layer)
    return false;
  switch (layer) {
  case Attempted::landlock:
    return restricts(success);
  case Attempted::seccomp:
  case Attempted::no_new_privs:
    return true;
  case Attempted::namespaces:
    return (namespace_flags(*failure.event) & ~namespace_flags(success)) == 0;
  case Attempted::capabilities:
  case Attempted::user:
    return success.call == failure.event->call;
  case Attempted::mounts:
    return success.call == failure.event->call && success.text == failure.event->text &&
           success.second == failure.event->second;
  }
  return false;
}

} // namespace

std::vector<Degradation> degradations(const Course& course) {
  std::vector<Degradation> found;
  std::unordered_set<const TraceEvent*> told;
  std::unordered_map<std::size_t, std::vector<Failure>> open; // by process
  for (const Step& step : course.steps) {
    const TraceEvent& event = *step.event;
    if (step.child) {
      if (const auto parent = open.find(step.process); parent != open.end()) {
        std::vector<Failure> inherited = parent->second;
        open.insert_or_assign(*step.child, std::move(inherited));
      }
    } else if (event.call == "exec") {
      if (const auto own = open.find(step.process); own != open.end()) {
        for (const Failure& failure : own->second)
          if (told.insert(failure.event).second)
            found.push_back({failure.layer, failure.event, &event});
        open.erase(own);
      }
    } else if (event.call == "exit" && event.tid == event.tgid) {
      open.erase(step.process);
    } else if (const auto failed = failed_layer(event)) {
      if (std::vector<Failure>& own = open[step.process]; own.size() < most_open)
        own.push_back({*failed, &event});
    } else if (const auto layer = attempted_by(event)) {
      if (const auto own = open.find(step.process); own != open.end())
        std::erase_if(own->second, [&](const Failure& it) { return makes_good(event, *layer, it); });
    }
  }
  return found;
}

std::vector<const TraceEvent*> rulesets_left(const Course& course) {
  std::unordered_map<std::size_t, const TraceEvent*> made; // the last of an image
  std::unordered_map<std::size_t, std::size_t> image_of;   // what a process ran before
  std::unordered_set<std::size_t> restricted, left;
  for (const Step& step : course.steps) {
    const TraceEvent& event = *step.event;
    if (makes_ruleset(event))
      made[step.image] = &event;
    else if (restricts(event))
      restricted.insert(step.image);
    else if (event.call == "exec")
      if (const auto before = image_of.find(step.process); before != image_of.end())
        left.insert(before->second);
    image_of[step.process] = step.image;
    if (step.child)
      image_of[*step.child] = step.image;
  }
  std::vector<const TraceEvent*> found;
  for (const auto& [image, event] : made)
    if (!restricted.contains(image) && left.contains(image))
      found.push_back(event);
  std::ranges::stable_sort(found, {}, &TraceEvent::time);
  return found;
}

} // namespace sbx
