#include "probes/network_threads.h"

#include "network/net_capability.h"
#include "parse/line.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

constexpr std::size_t most_users = 8;

template <class T> std::optional<T> seen_or_nothing(const Observation<T>& observation) {
  return observation.match([](const Seen<T>& seen) { return std::optional(seen.value()); },
                           [](const Gap&) { return std::optional<T>(); });
}

Answer holds(const Task& task, unsigned capability) {
  if (!task.status || !task.status->cap_eff || !task.status->cap_prm)
    return Answer::unknown;
  return ((*task.status->cap_eff | *task.status->cap_prm) >> capability & 1) != 0 ? Answer::yes : Answer::no;
}

std::optional<std::uint32_t> inside(const std::optional<std::vector<IdRange>>& map, std::uint32_t id) {
  if (map)
    for (const IdRange& range : *map)
      if (id >= range.outside && id - range.outside < range.count)
        return range.inside + (id - range.outside);
  return std::nullopt;
}

} // namespace

NetworkThreads::NetworkThreads(Witness& witness)
    : chain_(seen_or_nothing(witness.user_ns())),
      owners_(seen_or_nothing(witness.properties(source::target_ns_owners))),
      uids_(seen_or_nothing(witness.id_map(source::target_uid_map))),
      gids_(seen_or_nothing(witness.id_map(source::target_gid_map))) {
  witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& seen) {
        for (const TaskNs& links : seen.value())
          links_.emplace(links.tid, links);
      },
      [](const Gap&) {});
  witness.tasks().match(
      [&](const Seen<Tasks>& seen) {
        for (const Task* task : counted(seen.value()))
          tasks_.push_back(*task);
        // Of one thread alone, what /proc/PID/net shows is that of its network, whichever that is.
        all_seen_ = seen.value().settled &&
                    (tasks_.size() == 1 || std::all_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
                       return inode_of(task, "net").has_value();
                     }));
      },
      [](const Gap&) {});
}

std::vector<std::uint64_t> NetworkThreads::namespaces() const {
  std::set<std::uint64_t> inodes;
  for (const Task& task : tasks_)
    if (const auto inode = inode_of(task, "net"))
      inodes.insert(*inode);
  return {inodes.begin(), inodes.end()};
}

std::vector<const Task*> NetworkThreads::living_in(std::uint64_t netns) const {
  std::vector<const Task*> found;
  for (const Task& task : tasks_)
    if (inode_of(task, "net") == netns)
      found.push_back(&task);
  return found;
}

Answer NetworkThreads::capable(const std::vector<const Task*>& tasks, unsigned capability,
                               std::uint64_t netns) const {
  Answer any = tasks.empty() ? Answer::unknown : Answer::no;
  for (const Task* task : tasks)
    any = any_of(any, capable_over_net(holds(*task, capability), inode_of(*task, "user"), owner(netns),
                                       chain_ ? &*chain_ : nullptr));
  return any;
}

Answer NetworkThreads::any_holds(const std::vector<const Task*>& tasks, unsigned capability) const {
  Answer any = tasks.empty() ? Answer::unknown : Answer::no;
  for (const Task* task : tasks)
    any = any_of(any, holds(*task, capability));
  return any;
}

std::vector<SendingUser> NetworkThreads::users(const std::vector<const Task*>& tasks,
                                               std::uint64_t netns) const {
  std::set<std::pair<std::uint32_t, std::uint32_t>> ids;
  for (const Task* task : tasks) {
    if (!task->status || !task->status->uid || !task->status->gid)
      return {};
    for (const std::uint32_t uid : *task->status->uid)
      for (const std::uint32_t gid : *task->status->gid)
        ids.emplace(uid, gid);
  }
  std::vector<SendingUser> found;
  for (const auto& [uid, gid] : ids)
    if (found.size() < most_users)
      found.push_back(numbered(uid, gid, netns, ids.size() > most_users));
  return found;
}

std::optional<std::uint64_t> NetworkThreads::inode_of(const Task& task, const char* kind) const {
  const auto links = links_.find(task.tid);
  if (links == links_.end())
    return std::nullopt;
  const auto link = links->second.inodes.find(kind);
  return link != links->second.inodes.end() && link->second ? std::optional(*link->second) : std::nullopt;
}

std::optional<std::uint64_t> NetworkThreads::owner(std::uint64_t netns) const {
  const Property* const found = owners_ ? find_property(*owners_, std::to_string(netns)) : nullptr;
  return found && found->value ? number<std::uint64_t>(*found->value) : std::nullopt;
}

// The rules number users as the owner of the network namespace does (nft_meta.c, xt_owner.c).
SendingUser NetworkThreads::numbered(std::uint32_t uid, std::uint32_t gid, std::uint64_t netns,
                                     bool more) const {
  SendingUser user{uid, gid, uid, !more};
  const auto owned_by = owner(netns);
  if (owned_by == initial_inode("user"))
    return user;
  const auto own_uid = inside(uids_, uid), own_gid = inside(gids_, gid);
  if (owned_by && chain_ && !chain_->empty() && chain_->front().inode == *owned_by && own_uid && own_gid)
    return {*own_uid, *own_gid, uid, !more};
  user.exact = false;
  return user;
}

} // namespace sbx
