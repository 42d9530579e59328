#include "drift/mount_drift.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "drift/mount_sight.h"
#include "probes/target_ns.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

std::string wanted_words(MountWish::Kind kind) {
  switch (kind) {
  case MountWish::Kind::read_only:
    return "read-only";
  case MountWish::Kind::masked:
    return "masked: nothing of it can be read";
  case MountWish::Kind::writable:
    return "writable";
  case MountWish::Kind::own:
    break;
  }
  return "a file system of its own";
}

const Source by_mounts = source::target_mountinfo;

DriftRow read_only(DriftRow row, const MountSight& sight, const MountWish& wish) {
  const bool hierarchies = wish.control_groups && sight.holds_hierarchies();
  if (!sight.read_only() && !hierarchies)
    return found(std::move(row), Drift::weaker, sight.words() + " is mounted read-write", by_mounts,
                 "mount it read-only before the program is executed");
  const auto open = sight.writable_below();
  if (!open.empty())
    return found(std::move(row), Drift::weaker,
                 (hierarchies ? "writable below it: " : "read-only, and writable below it: ") + some_of(open),
                 by_mounts, "mount these read-only too: mount_setattr(2) with AT_RECURSIVE");
  if (!sight.read_only())
    return found(std::move(row), Drift::same,
                 "every hierarchy is mounted read-only; the " + sight.words() + ", which holds them, is not",
                 by_mounts);
  return found(std::move(row), Drift::same, sight.words() + " is mounted read-only", by_mounts);
}

DriftRow masked(DriftRow row, const MountSight& sight) {
  switch (sight.mask()) {
  case MountMask::null_device:
    return found(std::move(row), Drift::same, "/dev/null stands there", by_mounts);
  case MountMask::empty:
    return found(std::move(row), Drift::same, "a tmpfs in which no file can be made is mounted over it",
                 by_mounts);
  case MountMask::inaccessible:
    return found(std::move(row), Drift::same, "what stands there may be opened by nobody", by_mounts);
  case MountMask::none:
    return found(std::move(row), Drift::weaker, "nothing is mounted over it", by_mounts,
                 "mask it before the program is executed");
  case MountMask::unclear:
    break;
  }
  return found(std::move(row), Drift::unknown,
               sight.words() + " is mounted over it, and what it holds was not read", by_mounts);
}

// Another than ours, where we live in another mount namespace.
DriftRow own(DriftRow row, const MountSight& sight, Witness& witness) {
  if (!sight.mounted())
    return found(std::move(row), Drift::weaker, "nothing is mounted there: it is part of " + sight.words(),
                 by_mounts, "give it a file system of its own before the program is executed");
  const auto ours = witness.self_ns().match(
      [](const Seen<std::vector<TaskNs>>& self) -> std::optional<std::uint64_t> {
        const auto link = self.value().front().inodes.find("mnt");
        return link != self.value().front().inodes.end() && link->second ? std::optional(*link->second)
                                                                         : std::nullopt;
      },
      [](const Gap&) { return std::optional<std::uint64_t>(); });
  const TargetNs theirs = target_ns(witness, "mnt");
  if (!ours || !theirs.inode || ours == theirs.inode)
    return found(std::move(row), Drift::unknown,
                 sight.words() + " is mounted there; whether the host sees the same was not seen", by_mounts,
                 "run outside of its mount namespace");
  return witness.own_mounts().match(
      [&](const Seen<std::vector<Mount>>& mounts) {
        return sight.is_among(mounts.value())
                   ? found(row, Drift::weaker, sight.words() + " is what the inspector sees there too",
                           by_mounts)
                   : found(row, Drift::same, sight.words() + " is mounted there", by_mounts);
      },
      [&](const Gap& gap) { return not_found_out(row, gap); });
}

DriftRow compared(const DriftRow& row, const MountSight& sight, const MountWish& wish, Witness& witness) {
  switch (wish.kind) {
  case MountWish::Kind::read_only:
    return read_only(row, sight, wish);
  case MountWish::Kind::masked:
    return masked(row, sight);
  case MountWish::Kind::own:
    return own(row, sight, witness);
  case MountWish::Kind::writable:
    break;
  }
  return sight.read_only() ? found(row, Drift::stronger, sight.words() + " is mounted read-only", by_mounts)
                           : found(row, Drift::same, sight.words() + " is mounted read-write", by_mounts);
}

DriftRow of_missing(const DriftRow& row, MountWish::Kind kind) {
  const std::string words = "it does not exist";
  switch (kind) {
  case MountWish::Kind::read_only:
  case MountWish::Kind::masked:
    return found(row, Drift::same, words, source::target_walks);
  case MountWish::Kind::writable:
    return found(row, Drift::stronger, words, source::target_walks);
  case MountWish::Kind::own:
    break;
  }
  return found(row, Drift::stronger, words + ", so the host's is not there either", source::target_walks);
}

} // namespace

std::vector<DriftRow> mount_drift(Witness& witness, const std::vector<Wish<MountWish>>& wishes) {
  std::vector<DriftRow> rows;
  std::vector<std::string> paths;
  OtherWishes others;
  for (const Wish<MountWish>& wish : wishes) {
    rows.push_back(row_about("mounts", "path " + escaped(wish.value.path, 4096),
                             wanted_words(wish.value.kind), wish.place, wish.origin));
    paths.push_back(wish.value.path);
    if (wish.value.kind == MountWish::Kind::writable || wish.value.kind == MountWish::Kind::own)
      others.writable.push_back(wish.value.path);
    if (wish.value.control_groups)
      others.control_groups.push_back(wish.value.path);
  }
  if (rows.empty())
    return rows;
  const auto all_unseen = [&](const Gap& gap) {
    for (DriftRow& row : rows)
      row = not_found_out(row, gap);
  };
  const auto look = [&](const std::vector<Mount>& mounts, const std::vector<PathWalk>& walks) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const PathWalk& walk = walks[i];
      const auto sight = MountSight::of(walk, mounts, others);
      if (sight)
        rows[i] = compared(rows[i], *sight, wishes[i].value, witness);
      else if (is_missing(walk))
        rows[i] = of_missing(rows[i], wishes[i].value.kind);
      else
        rows[i] = not_found_out(rows[i], {GapKind::denied, std::string(source::target_walks.name),
                                          walk.error == 0 ? "its mount is not among those that were read"
                                          : walk.error == EREMOTE
                                              ? "what stands on the way answers each process differently"
                                              : "looking the path up ended with " + errno_name(walk.error)});
    }
  };
  witness.mounts().match(
      [&](const Seen<std::vector<Mount>>& mounts) {
        witness.walks(paths).match(
            [&](const Seen<std::vector<PathWalk>>& walks) { look(mounts.value(), walks.value()); },
            all_unseen);
      },
      all_unseen);
  if (target_ns(witness, "mnt").differs)
    for (DriftRow& row : rows)
      if (row.drift != Drift::weaker)
        row = found(row, Drift::unknown, row.held + "; but threads live in different mount namespaces",
                    by_mounts);
  return rows;
}

} // namespace sbx
