#include "probes/seccomp.h"

#include "probes/task_tally.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned mode_none = 0, mode_strict = 1, mode_filter = 2; // include/uapi/linux/seccomp.h

// The weakest of the threads that were seen: strict is tighter than any filter, fewer filters are weaker than
// more.
struct Weakest {
  std::optional<unsigned> mode;
  std::optional<std::uint64_t> filters, most_filters;
  bool filters_seen = true; // on every thread that has a mode
};

unsigned strength(unsigned mode) { return mode == mode_strict ? 2 : mode == mode_filter ? 1 : 0; }

Weakest weakest(const Tasks& tasks) {
  Weakest found;
  for (const Task* task : counted(tasks)) {
    if (!task->status || !task->status->seccomp || *task->status->seccomp > mode_filter)
      continue;
    const unsigned mode = *task->status->seccomp;
    if (!found.mode || strength(mode) < strength(*found.mode))
      found.mode = mode;
    const auto filters = task->status->seccomp_filters;
    found.filters_seen = found.filters_seen && filters.has_value();
    if (filters) {
      found.filters = std::min(found.filters.value_or(*filters), *filters);
      found.most_filters = std::max(found.most_filters.value_or(*filters), *filters);
    }
  }
  return found;
}

Claims mode_claim(const std::optional<unsigned>& mode) {
  if (!mode)
    return nullptr;
  return *mode == mode_none ? "disabled" : *mode == mode_strict ? "strict" : "filter";
}

std::string amount(const Weakest& found) {
  if (found.mode == mode_strict)
    return "strict mode (read, write, exit and sigreturn alone)";
  if (!found.filters_seen || !found.filters)
    return "filters (this kernel does not print how many)";
  if (*found.filters != *found.most_filters)
    return fmt::format("{} to {} filters", *found.filters, *found.most_filters);
  return fmt::format("{} filter{}", *found.filters, *found.filters == 1 ? "" : "s");
}

Finding with_claims(Finding&& finding, const Tally& tally, const Weakest& found) {
  const bool none_seen = tally.with + tally.without == 0;
  // What the weakest has is known when all were seen, or when one was seen that has nothing at all.
  const bool weakest_seen = (tally.unseen == 0 && !tally.moving) || tally.without > 0;
  return std::move(finding)
      .claim("mode", weakest_seen ? mode_claim(found.mode) : Claims())
      .claim("filters",
             weakest_seen && found.filters && found.filters_seen ? Claims(*found.filters) : Claims())
      .claim("tasks_filtered", none_seen ? Claims() : Claims(tally.with))
      .claim("tasks_total", tally.total());
}

Finding judged(const Seen<Tasks>& tasks) {
  const auto [tally, gap] =
      tally_tasks(tasks.value(), "a Seccomp mode that is known here", [](const ProcStatus& status) {
        const bool known = status.seccomp && *status.seccomp <= mode_filter;
        return known ? std::optional(*status.seccomp != mode_none) : std::nullopt;
      });
  const Weakest found = weakest(tasks.value());
  switch (judge(tally)) {
  case State::enforced:
    return with_claims(Finding::enforced(tasks, fmt::format("{}, {}", amount(found), tally_words(tally))),
                       tally, found);
  case State::partial:
    return with_claims(
        Finding::partial(tasks, fmt::format("only {}", tally_words(tally)))
            .remedy("threads that ran before the filter was installed do not have it; install it with "
                    "SECCOMP_FILTER_FLAG_TSYNC or before starting threads"),
        tally, found);
  case State::absent:
    return with_claims(Finding::absent(tasks, "no filter on any thread"), tally, found);
  case State::unknown:
  case State::not_applicable:
    break;
  }
  return with_claims(Finding::unknown(gap.value_or(
                         Gap{GapKind::malformed, std::string(tasks.source().name), "no thread was seen"})),
                     tally, found);
}

} // namespace

Finding seccomp(Witness& witness) {
  return witness.tasks().match(judged, [](const Gap& gap) {
    return Finding::unknown(gap)
        .claim("mode", nullptr)
        .claim("filters", nullptr)
        .claim("tasks_filtered", nullptr)
        .claim("tasks_total", nullptr);
  });
}

} // namespace sbx
