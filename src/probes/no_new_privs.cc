#include "probes/no_new_privs.h"

#include "probes/task_tally.h"

#include <fmt/core.h>

namespace sbx {

namespace {

Finding judged(const Seen<Tasks>& tasks) {
  const auto [tally, gap] =
      tally_tasks(tasks.value(), "NoNewPrivs", [](const ProcStatus& status) { return status.no_new_privs; });
  switch (judge(tally)) {
  case State::enforced:
    return Finding::enforced(tasks, fmt::format("exec cannot add privileges, {}", tally_words(tally)))
        .claim("tasks_set", tally.with)
        .claim("tasks_total", tally.total());
  case State::partial:
    return Finding::partial(tasks,
                            fmt::format("set {}; the others can gain privileges by exec", tally_words(tally)))
        .claim("tasks_set", tally.with)
        .claim("tasks_total", tally.total());
  case State::absent:
    return Finding::absent(tasks, "exec can add privileges (setuid programs, file capabilities)")
        .claim("tasks_set", 0)
        .claim("tasks_total", tally.total());
  case State::unknown:
  case State::not_applicable:
    break;
  }
  return Finding::unknown(
             gap.value_or(Gap{GapKind::malformed, std::string(tasks.source().name), "no thread was seen"}))
      .claim("tasks_set", tally.with + tally.without == 0 ? Claims() : Claims(tally.with))
      .claim("tasks_total", tally.total());
}

} // namespace

Finding no_new_privs(Witness& witness) {
  return witness.tasks().match(judged, [](const Gap& gap) {
    return Finding::unknown(gap).claim("tasks_set", nullptr).claim("tasks_total", nullptr);
  });
}

} // namespace sbx
