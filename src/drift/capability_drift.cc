#include "drift/capability_drift.h"

#include "core/some_of.h"
#include "probes/task_tally.h"
#include "rules/capability_names.h"

namespace sbx {

namespace {

std::optional<std::uint64_t> held_by(const ProcStatus& status, CapabilitySet set) {
  switch (set) {
  case CapabilitySet::effective:
    return status.cap_eff;
  case CapabilitySet::permitted:
    return status.cap_prm;
  case CapabilitySet::inheritable:
    return status.cap_inh;
  case CapabilitySet::bounding:
    return status.cap_bnd;
  case CapabilitySet::ambient:
    break;
  }
  return status.cap_amb;
}

// What a wish for all of them and one for all that are known now have in common.
std::string words_of(std::uint64_t mask) {
  const std::uint64_t known = all_capabilities(last_named_capability);
  if (mask == 0)
    return "none";
  return (mask & known) == known ? "all" : some_of(capability_names(mask), 14);
}

// The thread that holds most decides.
DriftRow compared(DriftRow row, const Tasks& tasks, const CapabilityWish& wish) {
  std::uint64_t held = 0;
  const TaskTally counts = tally_tasks(tasks, "this capability set", [&](const ProcStatus& status) {
    const auto mask = held_by(status, wish.set);
    held |= mask.value_or(0);
    return mask ? std::optional(true) : std::nullopt;
  });
  const std::uint64_t more = held & ~wish.most;
  const Source source = source::target_tasks_status;
  if (more == held && more != 0)
    return found(std::move(row), Drift::weaker, words_of(held) + ": asked for is none of it", source,
                 "drop them before the program is executed");
  if (more != 0)
    return found(std::move(row), Drift::weaker, words_of(held) + "; not asked for: " + words_of(more), source,
                 "drop them before the program is executed");
  if (counts.gap)
    return not_found_out(std::move(row), *counts.gap);
  // Bits of a wish that this kernel does not know cannot be held, so they make it no stronger.
  const bool fewer = (wish.most & ~held & all_capabilities(last_named_capability)) != 0;
  return found(std::move(row), fewer ? Drift::stronger : Drift::same, words_of(held), source);
}

} // namespace

std::vector<DriftRow> capability_drift(Witness& witness, const std::vector<Wish<CapabilityWish>>& wishes) {
  std::vector<DriftRow> rows;
  for (const Wish<CapabilityWish>& wish : wishes) {
    const DriftRow row = row_about("capabilities", std::string(capability_set_name(wish.value.set)),
                                   "at most: " + words_of(wish.value.most), wish.place, wish.origin);
    rows.push_back(witness.tasks().match(
        [&](const Seen<Tasks>& tasks) { return compared(row, tasks.value(), wish.value); },
        [&](const Gap& gap) { return not_found_out(row, gap); }));
  }
  return rows;
}

} // namespace sbx
