#include "drift/no_new_privs_drift.h"

#include "probes/task_tally.h"

namespace sbx {

namespace {

DriftRow compared(DriftRow row, const Tasks& tasks, bool wanted) {
  const auto [tally, gap] =
      tally_tasks(tasks, "NoNewPrivs", [](const ProcStatus& status) { return status.no_new_privs; });
  const std::string held = tally.with == 0 ? "not set" : "set " + tally_words(tally);
  const Source source = source::target_tasks_status;
  if (wanted && tally.without > 0)
    return found(std::move(row), Drift::weaker, held, source,
                 "set it before the program is executed: prctl(PR_SET_NO_NEW_PRIVS)");
  if (gap)
    return not_found_out(std::move(row), *gap);
  return found(std::move(row), wanted || tally.with == 0 ? Drift::same : Drift::stronger, held, source);
}

} // namespace

DriftRow no_new_privs_drift(Witness& witness, const Wish<bool>& wish) {
  const std::string layer = "no_new_privs";
  DriftRow row =
      row_about(layer, layer, wish.value ? "set on every thread" : "not set", wish.place, wish.origin);
  return witness.tasks().match(
      [&](const Seen<Tasks>& tasks) { return compared(row, tasks.value(), wish.value); },
      [&](const Gap& gap) { return not_found_out(row, gap); });
}

} // namespace sbx
