#include "trace/opened_paths.h"

#include "core/plain_path.h"

namespace sbx {

namespace {

constexpr std::uint64_t path_beneath = 1; // linux/landlock.h

std::uint64_t argument(const TraceEvent& event, std::size_t index) {
  return index < event.args.size() ? event.args[index] : 0;
}

bool succeeded(const TraceEvent& event) { return event.ret && *event.ret >= 0; }

} // namespace

bool opens_path(const TraceEvent& event) {
  if (!event.text || !event.ret)
    return false;
  if (event.call == "open_tree" || event.call == "open_tree_attr")
    return true;
  return event.call == "open" || event.call == "openat" || event.call == "openat2";
}

bool adds_path_rule(const TraceEvent& event) {
  return event.call == "landlock_add_rule" && event.ret && argument(event, 1) == path_beneath;
}

bool makes_ruleset(const TraceEvent& event) {
  return event.call == "landlock_create_ruleset" && succeeded(event) && argument(event, 2) == 0;
}

bool restricts(const TraceEvent& event) {
  return event.call == "landlock_restrict_self" && event.ret.has_value();
}

std::string OpenedPaths::path_of_open(const Step& step) const {
  const TraceEvent& event = *step.event;
  const std::string path = plain_path(*event.text);
  if (path.starts_with('/') || event.call == "open")
    return path;
  const auto directory = opened(step.process, argument(event, 0));
  return directory && directory->starts_with('/') ? plain_path(*directory + '/' + path) : path;
}

std::pair<std::string, std::string> OpenedPaths::paths_of_rule(const Step& step) const {
  const TraceEvent& event = *step.event;
  const auto fd = event.number("fd");
  return {fd ? opened(step.process, *fd).value_or("") : "", event.text ? plain_path(*event.text) : ""};
}

void OpenedPaths::follow(const Step& step) {
  const TraceEvent& event = *step.event;
  if (step.child)
    parents_.emplace(*step.child, step.process);
  else if (event.call == "exec")
    parents_.erase(step.process); // those descriptors are closed, as a rule
  else if (opens_path(event) && succeeded(event))
    paths_.insert_or_assign({step.process, static_cast<std::uint64_t>(*event.ret)}, path_of_open(step));
}

std::optional<std::string> OpenedPaths::opened(std::size_t process, std::uint64_t fd) const {
  constexpr int most_generations = 64;
  for (int generation = 0; generation < most_generations; ++generation) {
    if (const auto found = paths_.find({process, fd}); found != paths_.end())
      return found->second;
    const auto parent = parents_.find(process);
    if (parent == parents_.end())
      break;
    process = parent->second;
  }
  return std::nullopt;
}

} // namespace sbx
