#include "probes/target_ns.h"

#include "core/errno_name.h"
#include "rules/errno_gap.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <set>

namespace sbx {

namespace {

constexpr std::int64_t kthreadd = 2;

std::optional<std::uint64_t> inode_of(const TaskNs& task, std::string_view kind) {
  const auto link = task.inodes.find(std::string(kind));
  return link != task.inodes.end() && link->second ? std::optional(*link->second) : std::nullopt;
}

// The initial namespace's inode where one was seen. kthreadd (PID 2 of the initial PID namespace) lives in
// all of them; PID 2 of another PID namespace is anybody, so ours must be the initial one by its fixed
// number. PID 1 would not do: it may have unshared what it likes, and in a container it is the container's.
std::optional<std::uint64_t> known_initial(Witness& witness, std::string_view kind) {
  const auto lives_in = [](const TaskNs& task, std::string_view other) {
    return inode_of(task, other) == initial_inode(other);
  };
  const bool outermost = witness.self_ns().match(
      [&](const Seen<std::vector<TaskNs>>& self) { return lives_in(self.value().front(), "pid"); },
      [](const Gap&) { return false; });
  if (!outermost)
    return std::nullopt;
  return witness.init_ns().match(
      [&](const Seen<std::vector<TaskNs>>& init) -> std::optional<std::uint64_t> {
        for (const TaskNs& task : init.value())
          if (task.tid == kthreadd && lives_in(task, "pid"))
            return inode_of(task, kind);
        return std::nullopt;
      },
      [](const Gap&) -> std::optional<std::uint64_t> { return std::nullopt; });
}

// A namespace that a user namespace below the initial one owns was made in there, and is not the initial one.
bool owned_below(Witness& witness, std::uint64_t inode) {
  return witness.properties(source::target_ns_owners)
      .match(
          [&](const Seen<Properties>& owners) {
            const Property* owner = find_property(owners.value(), std::to_string(inode));
            return owner && owner->value && *owner->value != std::to_string(initial_inode("user"));
          },
          [](const Gap&) { return false; });
}

// Our own links show which kinds this kernel has: one that is missing there, beside others that are not,
// exists once for the whole machine. (The target's own links would not do: a zombie's are missing too.)
bool kernel_lacks(Witness& witness, std::string_view kind) {
  return witness.self_ns().match(
      [&](const Seen<std::vector<TaskNs>>& self) {
        const auto& links = self.value().front().inodes;
        const auto link = links.find(std::string(kind));
        const bool others = std::any_of(links.begin(), links.end(), [](const auto& other) {
          return other.second && numbered_by_linux(*other.second);
        });
        return others && link != links.end() && !link->second && link->second.error() == ENOENT;
      },
      [](const Gap&) { return false; });
}

Gap refused_link(const std::vector<TaskNs>& tasks, std::string_view kind) {
  for (const TaskNs& task : tasks) {
    const auto link = task.inodes.find(std::string(kind));
    if (link != task.inodes.end() && !link->second)
      return gap_of(
          source::target_tasks_ns,
          {link->second.error(), fmt::format("reading the {} namespace of thread {}", kind, task.tid)}, true);
  }
  return {GapKind::unsupported, std::string(source::target_tasks_ns.name),
          fmt::format("this kernel shows no {} namespace", kind)};
}

TargetNs over_tasks(Witness& witness, const std::vector<TaskNs>& tasks, std::string_view kind) {
  TargetNs found;
  if (kernel_lacks(witness, kind)) {
    found.initial = true;
    return found;
  }
  const auto known = known_initial(witness, kind);
  const std::set<std::int64_t> exited = exited_tids(witness);
  bool all_seen = true, any_initial = false, all_other = true;
  for (const TaskNs& task : tasks) {
    if (exited.contains(task.tid))
      continue;
    const auto inode = inode_of(task, kind);
    all_seen = all_seen && inode.has_value();
    if (!inode)
      continue;
    found.differs = found.differs || (found.inode && *found.inode != *inode);
    if (!found.inode)
      found.inode = inode;
    auto initial = is_initial_ns(kind, *inode, known);
    if (!initial && owned_below(witness, *inode))
      initial = false;
    any_initial = any_initial || initial.value_or(false);
    all_other = all_other && initial == false;
  }
  if (any_initial)
    found.initial = true;
  else if (all_seen && all_other)
    found.initial = false;
  else if (!all_seen)
    found.gap = refused_link(tasks, kind);
  else if (!numbered_by_linux(*found.inode))
    found.gap = Gap{GapKind::unsupported, std::string(source::target_tasks_ns.name),
                    fmt::format("the {} namespace has a number that Linux does not give", kind)};
  else
    found.gap = Gap{
        GapKind::unsupported, std::string(source::init_ns.name),
        fmt::format("this kernel gives the initial {} namespace no fixed number, and no task that lives in "
                    "it could be read",
                    kind)};
  return found;
}

} // namespace

std::set<std::int64_t> exited_tids(Witness& witness) {
  return witness.tasks().match(
      [](const Seen<Tasks>& tasks) {
        std::set<std::int64_t> exited;
        for (const Task& task : tasks.value().tasks)
          exited.insert(task.tid);
        for (const Task* task : counted(tasks.value()))
          exited.erase(task->tid);
        return exited;
      },
      [](const Gap&) { return std::set<std::int64_t>(); });
}

std::optional<bool> own_ns_initial(Witness& witness, std::string_view kind) {
  return witness.self_ns().match(
      [&](const Seen<std::vector<TaskNs>>& self) -> std::optional<bool> {
        const auto inode = inode_of(self.value().front(), kind);
        return inode ? is_initial_ns(kind, *inode, known_initial(witness, kind)) : std::nullopt;
      },
      [](const Gap&) { return std::optional<bool>(); });
}

TargetNs target_ns(Witness& witness, std::string_view kind) {
  return witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& tasks) { return over_tasks(witness, tasks.value(), kind); },
      [](const Gap& gap) {
        TargetNs unseen;
        unseen.gap = gap;
        return unseen;
      });
}

} // namespace sbx
