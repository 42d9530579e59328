#include "files/root_view.h"

#include "core/errno_name.h"

#include <cerrno>
#include <fmt/format.h>

namespace sbx {

namespace {

bool same_file(const RootSpot& a, const RootSpot& b) {
  return a.inode == b.inode && a.major == b.major && a.minor == b.minor;
}

std::optional<RootKind> kind_of(const RootSpot& root, const Roots& roots, const RootFacts& facts) {
  if (!root.above)
    return std::nullopt;
  if (*root.above > 0)
    return RootKind::chroot;
  if (facts.host_namespace == true || (facts.self_is_host && roots.self && same_file(root, *roots.self)))
    return RootKind::host;
  return facts.self_is_host ? std::optional(RootKind::pivoted) : std::nullopt;
}

std::string why_not(const TaskRoot& task) {
  if (!task.root)
    return fmt::format("the root directory of thread {} was not seen: {}", task.tid,
                       errno_name(task.root.error()));
  if (!task.root->above)
    return fmt::format("what lies above the root directory of thread {} was not seen: {}", task.tid,
                       errno_name(task.root->above.error()));
  return "the inspector does not have the host's root directory, and cannot compare with it";
}

struct Threads {
  bool all_read_only = true, one_writable = false, all_inside = true;
  std::string unseen;
};

void take(RootView& view, Threads& threads, const TaskRoot& task, const Roots& roots,
          const RootFacts& facts) {
  const auto kind = task.root ? kind_of(*task.root, roots, facts) : std::nullopt;
  if (!kind && threads.unseen.empty())
    threads.unseen = why_not(task);
  if (kind && (!view.kind || *kind < *view.kind)) {
    view.kind = kind;
    view.weakest = &task;
  }
  if (!view.weakest && task.root)
    view.weakest = &task;
  threads.all_read_only = threads.all_read_only && task.root && task.root->read_only;
  threads.one_writable = threads.one_writable || (task.root && !task.root->read_only);
  const bool seen = task.cwd && task.cwd->outside;
  const bool gone = !task.cwd && (task.cwd.error() == ENOENT || task.cwd.error() == ESRCH);
  threads.all_inside = threads.all_inside && (gone || (seen && !*task.cwd->outside));
  if (seen && *task.cwd->outside)
    view.outside.push_back(task.tid);
}

} // namespace

std::string_view root_kind_name(RootKind kind) {
  switch (kind) {
  case RootKind::host:
    return "host";
  case RootKind::chroot:
    return "chroot";
  case RootKind::pivoted:
    return "pivoted";
  }
  return "host";
}

RootView view_roots(const Roots& roots, const std::set<std::int64_t>& exited, const RootFacts& facts) {
  RootView view;
  Threads threads;
  const TaskRoot* first = nullptr;
  for (const TaskRoot& task : roots.tasks) {
    if (exited.contains(task.tid))
      continue;
    take(view, threads, task, roots, facts);
    if (!first && task.root)
      first = &task;
    view.differs =
        view.differs || (first && task.root &&
                         (!same_file(*first->root, *task.root) || first->root->mount != task.root->mount));
  }
  if (threads.unseen.empty() && !roots.settled)
    threads.unseen = roots.stopped != 0
                         ? fmt::format("not every thread was looked at: {}", errno_name(roots.stopped))
                         : "threads came faster than they could be looked at";
  if (threads.unseen.empty() && !first)
    threads.unseen = "no thread was seen";
  // What one thread has seen to be the host's stays so, whatever the others are.
  if (!threads.unseen.empty() && view.kind != RootKind::host)
    view.kind = std::nullopt;
  view.unseen = view.kind ? std::string() : threads.unseen;
  const bool all = first && roots.settled;
  if (threads.one_writable)
    view.read_only = false;
  else if (all && threads.all_read_only)
    view.read_only = true;
  if (!view.outside.empty())
    view.cwd_outside = true;
  else if (all && threads.all_inside)
    view.cwd_outside = false;
  return view;
}

} // namespace sbx
