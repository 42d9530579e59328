#include "drift/user_drift.h"

#include "core/some_of.h"
#include "probes/task_tally.h"

#include <array>
#include <fmt/core.h>
#include <set>

namespace sbx {

namespace {

using Ids = std::optional<std::array<std::uint32_t, 4>>; // real, effective, saved, file system

// As the target's user namespace numbers it; nothing: it has no number there.
std::optional<std::uint32_t> inside(const std::vector<IdRange>& map, std::uint32_t outside) {
  for (const IdRange& range : map)
    if (outside >= range.outside && outside - range.outside < range.count)
      return range.inside + (outside - range.outside);
  return std::nullopt;
}

struct Held {
  std::set<std::string> words; // of every id of every thread
  bool other = false;          // than the wanted one
  bool root = false;
  std::optional<Gap> gap;
};

Held over_tasks(const Tasks& tasks, const std::vector<IdRange>& map, std::string_view key,
                Ids ProcStatus::*member, std::optional<std::uint32_t> wanted) {
  Held held;
  const TaskTally counts = tally_tasks(tasks, key, [&](const ProcStatus& status) -> std::optional<bool> {
    const Ids& ids = status.*member;
    if (!ids)
      return std::nullopt;
    for (const std::uint32_t outside : *ids) {
      const auto id = inside(map, outside);
      held.words.insert(id ? fmt::format("{}", *id)
                           : fmt::format("none there ({} as the inspector numbers it)", outside));
      held.root = held.root || id == 0u;
      held.other = held.other || (wanted && id != wanted);
    }
    return true;
  });
  held.gap = counts.gap;
  return held;
}

// `wanted`: nothing where any but 0 is meant.
DriftRow compared(Witness& witness, DriftRow row, Source map, Ids ProcStatus::*member,
                  std::optional<std::uint32_t> wanted) {
  const auto of = [&](const Tasks& tasks, const std::vector<IdRange>& ranges) {
    const std::string key = map == source::target_uid_map ? "Uid" : "Gid";
    const Held held = over_tasks(tasks, ranges, key, member, wanted);
    const std::string words = some_of({held.words.begin(), held.words.end()});
    if (wanted ? held.other : held.root)
      return found(row, Drift::weaker, words, source::target_tasks_status,
                   "start it as the user that is meant");
    return held.gap ? not_found_out(row, *held.gap)
                    : found(row, Drift::same, words, source::target_tasks_status);
  };
  return witness.tasks().match(
      [&](const Seen<Tasks>& tasks) {
        return witness.id_map(map).match(
            [&](const Seen<std::vector<IdRange>>& ranges) { return of(tasks.value(), ranges.value()); },
            [&](const Gap& gap) { return not_found_out(row, gap); });
      },
      [&](const Gap& gap) { return not_found_out(row, gap); });
}

} // namespace

std::vector<DriftRow> user_drift(Witness& witness, const Wish<UserWish>& wish) {
  const auto row = [&](const char* subject, std::string wanted) {
    return row_about("user", subject, std::move(wanted), wish.place, wish.origin);
  };
  std::vector<DriftRow> rows;
  if (wish.value.uid)
    rows.push_back(compared(witness, row("uid", std::to_string(*wish.value.uid)), source::target_uid_map,
                            &ProcStatus::uid, wish.value.uid));
  if (wish.value.gid)
    rows.push_back(compared(witness, row("gid", std::to_string(*wish.value.gid)), source::target_gid_map,
                            &ProcStatus::gid, wish.value.gid));
  if (wish.value.never_root)
    rows.push_back(compared(witness, row("not root", "any uid but 0"), source::target_uid_map,
                            &ProcStatus::uid, std::nullopt));
  return rows;
}

} // namespace sbx
