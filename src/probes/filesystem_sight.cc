#include "probes/filesystem_sight.h"

#include "core/escape.h"
#include "files/engine_files.h"
#include "rules/capability_names.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t most_asked = 8192; // mounts of which it is seen what they are

Gap gap_at(Source source, GapKind kind, std::string detail) {
  return {kind, std::string(source.name), std::move(detail)};
}

void see_roots(Witness& witness, FilesystemSight& sight, bool own_is_initial) {
  witness.roots().match(
      [&](const Seen<Roots>& seen) {
        sight.roots = seen.value();
        RootFacts facts;
        if (!sight.ns.differs)
          facts.host_namespace = sight.ns.initial;
        facts.self_is_host = own_is_initial && sight.roots->self && sight.roots->self->above == 0U;
        sight.root = view_roots(*sight.roots, exited_tids(witness), facts);
        if (!sight.root.kind)
          sight.root_gap = gap_at(seen.source(), GapKind::denied, sight.root.unseen);
      },
      [&](const Gap& gap) { sight.root_gap = gap; });
}

// The host's mounts are the inspector's where it lives in the host's mount namespace and sees all of it.
void see_host(Witness& witness, FilesystemSight& sight, bool own_is_initial) {
  if (!own_is_initial) {
    sight.not_whole = gap_at(source::self_mountinfo, GapKind::unsupported,
                             "the inspector is not known to be in the host's mount namespace, so what of the "
                             "mounts is the host's was not seen");
    return;
  }
  const bool settled = witness.own_mounts_settled().match([](const Seen<bool>& it) { return it.value(); },
                                                          [](const Gap&) { return false; });
  const bool from_root = sight.roots && sight.roots->self && sight.roots->self->above == 0U;
  witness.own_mounts().match(
      [&](const Seen<std::vector<Mount>>& seen) {
        sight.host.emplace(seen.value(), settled && from_root);
        if (!settled || !from_root)
          sight.not_whole = gap_at(seen.source(), settled ? GapKind::denied : GapKind::vanished,
                                   settled ? "the inspector's own root directory hides mounts of the host"
                                           : "mounts of the host came and went while they were read");
      },
      [&](const Gap& gap) { sight.not_whole = gap; });
}

void remember(const Observation<std::vector<PathSpot>>& asked, std::unordered_map<std::string, Spot>& spots) {
  asked.match(
      [&](const Seen<std::vector<PathSpot>>& seen) {
        for (const PathSpot& spot : seen.value())
          if (spot.found)
            spots.insert_or_assign(spot.path, *spot.found);
      },
      [](const Gap&) {});
}

// In the host's own namespace a point is its own name there.
void name_mounts(Witness& witness, FilesystemSight& sight) {
  std::vector<std::string> here, there;
  for (const ViewedMount& view : sight.views)
    if (view.reached && view.its_class == MountClass::host && here.size() < most_asked) {
      here.push_back(view.mount->point);
      there.insert(there.end(), view.candidates.begin(), view.candidates.end());
    }
  if (here.empty())
    return;
  std::unordered_map<std::string, Spot> host;
  remember(witness.spots(here), sight.spots);
  if (!there.empty())
    remember(witness.own_spots(there), host);
  for (ViewedMount& view : sight.views)
    if (view.reached && view.its_class == MountClass::host)
      hold_against(view, sight.spots, host);
}

void see_mounts(Witness& witness, FilesystemSight& sight) {
  witness.mounts().match(
      [&](const Seen<std::vector<Mount>>& seen) {
        const MountTree tree(seen.value());
        const bool settled = witness.mounts_settled().match([](const Seen<bool>& it) { return it.value(); },
                                                            [](const Gap&) { return false; });
        if (!settled || tree.orphans() > 0)
          sight.not_whole = gap_at(seen.source(), GapKind::vanished,
                                   "mounts came and went while they were read, so some may be missing");
        sight.views = view_mounts(tree, sight.host ? &*sight.host : nullptr, sight.in_host());
        const std::string cgroup = witness.text(source::target_cgroup)
                                       .match([](const Seen<std::string>& it) { return it.value(); },
                                              [](const Gap&) { return std::string(); });
        mark_engine_files(sight.views, cgroup);
      },
      [&](const Gap& gap) { sight.mounts_gap = gap; });
  name_mounts(witness, sight);
}

template <class Decide> std::optional<bool> any_thread(Witness& witness, Decide&& decide) {
  return witness.tasks().match(
      [&](const Seen<Tasks>& tasks) -> std::optional<bool> {
        bool all_seen = tasks.value().settled;
        for (const Task* task : counted(tasks.value())) {
          const std::optional<bool> holds = task->status ? decide(*task->status) : std::nullopt;
          if (holds == true)
            return true;
          all_seen = all_seen && holds.has_value();
        }
        return all_seen ? std::optional(false) : std::nullopt;
      },
      [](const Gap&) { return std::optional<bool>(); });
}

} // namespace

const ViewedMount* FilesystemSight::by_id(std::uint64_t id) const {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &views[it->second];
}

void see_files(Witness& witness, FilesystemSight& sight) {
  sight.ns = target_ns(witness, "mnt");
  const bool own_is_initial = own_ns_initial(witness, "mnt") == true;
  see_roots(witness, sight, own_is_initial);
  see_host(witness, sight, own_is_initial);
  see_mounts(witness, sight);
  for (std::size_t i = 0; i < sight.views.size(); ++i)
    sight.index_.try_emplace(sight.views[i].mount->id, i);
  if (sight.root.differs && !sight.not_whole)
    sight.not_whole =
        gap_at(source::target_roots, GapKind::not_attempted,
               "threads have different root directories, and mounts are listed from one of them");
  if (sight.ns.differs && !sight.not_whole)
    sight.not_whole = gap_at(source::target_tasks_ns, GapKind::not_attempted,
                             "threads have different mount namespaces, and the mounts of one are listed");
  if (sight.root.weakest && sight.root.weakest->root)
    sight.root_view = sight.by_id(sight.root.weakest->root->mount);
}

std::optional<bool> holds_capability(Witness& witness, std::string_view name) {
  const std::uint64_t bit = capability_bit(name);
  return any_thread(witness, [&](const ProcStatus& status) -> std::optional<bool> {
    if (!status.cap_eff || !status.cap_prm)
      return std::nullopt;
    return ((*status.cap_eff | *status.cap_prm) & bit) != 0;
  });
}

std::optional<bool> holds_on_host(Witness& witness, std::string_view name) {
  const auto holds = holds_capability(witness, name);
  const auto initial = target_ns(witness, "user").initial;
  if (holds == false || initial == false)
    return false;
  return holds && initial ? std::optional(true) : std::nullopt;
}

std::optional<bool> is_host_root(Witness& witness) {
  if (own_ns_initial(witness, "user") != true) // then users are numbered otherwise here
    return std::nullopt;
  return any_thread(witness, [](const ProcStatus& status) -> std::optional<bool> {
    if (!status.uid)
      return std::nullopt;
    return std::find(status.uid->begin(), status.uid->end(), 0U) != status.uid->end();
  });
}

} // namespace sbx
