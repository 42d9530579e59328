#include "probes/fd_surroundings.h"

#include "probes/target_ns.h"

#include <cerrno>
#include <optional>
#include <set>
#include <vector>

namespace sbx {

namespace {

using Ids = std::set<std::uint64_t>;

std::optional<Ids> own_namespaces(Witness& witness) {
  return witness.task_ns().match(
      [](const Seen<std::vector<TaskNs>>& tasks) -> std::optional<Ids> {
        Ids inodes;
        bool all = true;
        for (const TaskNs& task : tasks.value())
          for (const auto& [kind, inode] : task.inodes) {
            if (inode)
              inodes.insert(*inode);
            all = all && (inode || inode.error() == ENOENT);
          }
        return all ? std::optional(inodes) : std::nullopt;
      },
      [](const Gap&) -> std::optional<Ids> { return std::nullopt; });
}

bool same_pid_ns(Witness& witness) {
  const auto inode = target_ns(witness, "pid").inode;
  return witness.self_ns().match(
      [&](const Seen<std::vector<TaskNs>>& self) {
        const auto own = self.value().front().inodes.find("pid");
        return inode && own != self.value().front().inodes.end() && own->second && *own->second == *inode;
      },
      [](const Gap&) { return false; });
}

Ids mounts_at_root(const std::vector<Mount>& mounts) {
  Ids ids;
  for (const Mount& mount : mounts)
    if (mount.point == "/")
      ids.insert(mount.id);
  return ids;
}

// Whether it has the host's own mounts and root directory; a process in the initial mount namespace may have
// changed its root. The inspector's is the one that there is to compare with.
std::optional<bool> lives_on_host(Witness& witness, const Ids& at_root) {
  const auto initial = target_ns(witness, "mnt").initial;
  if (!initial || !*initial)
    return initial;
  return witness.own_mounts().match(
      [&](const Seen<std::vector<Mount>>& own) -> std::optional<bool> {
        return mounts_at_root(own.value()) == at_root && !at_root.empty();
      },
      [](const Gap&) -> std::optional<bool> { return std::nullopt; });
}

} // namespace

FdSurroundings fd_surroundings(Witness& witness) {
  FdSurroundings around;
  Ids at_root;
  witness.mounts().match(
      [&](const Seen<std::vector<Mount>>& mounts) {
        around.mounts.emplace();
        for (const Mount& mount : mounts.value())
          around.mounts->insert(mount.id);
        at_root = mounts_at_root(mounts.value());
      },
      [](const Gap&) {});
  around.root_listed = !at_root.empty();
  around.namespaces = own_namespaces(witness);
  around.host_files = around.mounts ? lives_on_host(witness, at_root) : std::nullopt;
  around.host_pids = same_pid_ns(witness);
  witness.identity().match([&](const Seen<Identity>& seen) { around.pid = seen.value().pid; },
                           [](const Gap&) {});
  return around;
}

} // namespace sbx
