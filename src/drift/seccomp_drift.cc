#include "drift/seccomp_drift.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "drift/seccomp_openings.h"
#include "probes/seccomp_profile.h"
#include "probes/seccomp_view.h"
#include "probes/task_tally.h"
#include "seccomp/branches.h"
#include "seccomp/reference_profile.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr const char* unread_remedy = "run as root, or with CAP_BPF and CAP_PERFMON, to read the filters";

std::string wanted_words(const SeccompWish& wish) {
  switch (wish.kind) {
  case SeccompWish::Kind::unconfined:
    return "no filter";
  case SeccompWish::Kind::some:
    return "a filter";
  case SeccompWish::Kind::profile:
    return "a filter as the profile says";
  case SeccompWish::Kind::reference:
    break;
  }
  return "a filter as " + escaped(wish.reference, 64);
}

TaskTally filtered(const Tasks& tasks) {
  return tally_tasks(tasks, "Seccomp", [](const ProcStatus& status) -> std::optional<bool> {
    return status.seccomp ? std::optional(*status.seccomp != 0) : std::nullopt;
  });
}

// "2 filters; refuse 41 calls": of the native way into the kernel, whatever the arguments are.
std::string held_words(const SeccompView& view) {
  std::size_t refused = 0;
  for (const SyscallDecision& call : view.table.abis.front().calls)
    refused +=
        call.decision && std::ranges::all_of(actions_of(view.table.decisions, *call.decision), refuses);
  const std::size_t filters = view.filters.filters.size();
  return fmt::format("{} filter{}; refuse {} calls", filters, filters == 1 ? "" : "s", refused);
}

DriftRow compared(DriftRow row, const SeccompView& view, const SeccompOpenings& found_open) {
  std::string words = held_words(view);
  if (!found_open.more.empty())
    words += "; lets through: " + some_of(found_open.more);
  if (!found_open.less.empty())
    words += "; refuses more: " + some_of(found_open.less);
  if (!found_open.unsure.empty())
    words += "; not compared: " + some_of(found_open.unsure);
  const bool unsure = !found_open.sure || !found_open.unsure.empty();
  const Drift drift = !found_open.more.empty()   ? Drift::weaker
                      : unsure                   ? Drift::unknown
                      : !found_open.less.empty() ? Drift::stronger
                                                 : Drift::same;
  return found(std::move(row), drift, words, source::target_seccomp,
               drift == Drift::weaker ? "start it under the profile that is meant" : "");
}

// The version of it that lets through least which is not meant.
std::optional<SeccompOpenings> against_reference(const SeccompView& view, const PolicySubject& subject,
                                                 const std::string& id) {
  const auto& all = reference_profiles();
  const auto profile = std::ranges::find(all, id, &ReferenceProfile::id);
  if (profile == all.end())
    return std::nullopt;
  std::optional<SeccompOpenings> nearest;
  for (const ReferenceVersion& version : profile->versions) {
    SeccompPolicy policy;
    policy.abis = LoadedReference(version).table(subject, policy.decisions);
    SeccompOpenings openings = seccomp_openings(view.table, policy);
    if (!nearest || openings.size() < nearest->size())
      nearest = std::move(openings);
  }
  return nearest;
}

DriftRow by_programs(Witness& witness, const DriftRow& row, const SeccompWish& wish) {
  const auto unseen = [&](GapKind kind, Source source, std::string detail) {
    return not_found_out(row, {kind, std::string(source.name), std::move(detail)});
  };
  const auto view = seccomp_view(witness);
  if (!view) {
    DriftRow gone = not_found_out(row, view.error());
    gone.remedy = unread_remedy;
    return gone;
  }
  const MatchSubject subject = match_subject(witness);
  if (!subject.bounding)
    return unseen(GapKind::denied, source::target_tasks_status,
                  "the bounding set, on which the profile depends, was not seen");
  const PolicySubject policy_subject{*subject.bounding, view->abis, subject.kernel};
  if (wish.kind == SeccompWish::Kind::reference) {
    const auto openings = against_reference(*view, policy_subject, wish.reference);
    return openings ? compared(row, *view, *openings)
                    : unseen(GapKind::unsupported, source::target_seccomp,
                             "no profile of this name is known here");
  }
  if (!wish.profile)
    return unseen(GapKind::not_attempted, source::target_seccomp, "the profile itself was not given");
  SeccompPolicy policy;
  auto table = policy_table(*wish.profile, policy_subject, policy.decisions);
  if (!table)
    return unseen(GapKind::malformed, source::target_seccomp,
                  "libseccomp refuses the profile: " + table.error().text);
  policy.abis = std::move(*table);
  return compared(row, *view, seccomp_openings(view->table, policy));
}

DriftRow over_tasks(Witness& witness, const DriftRow& row, const Tasks& tasks, const SeccompWish& wish) {
  const auto [tally, gap] = filtered(tasks);
  const Source source = source::target_tasks_status;
  const std::string words = tally.with == 0 ? "no filter" : "filters " + tally_words(tally);
  if (wish.kind == SeccompWish::Kind::unconfined) {
    if (gap)
      return not_found_out(row, *gap);
    return found(row, tally.with == 0 ? Drift::same : Drift::stronger, words, source);
  }
  if (tally.without > 0)
    return found(row, Drift::weaker, words, source,
                 "start every thread under the filter, or set it with SECCOMP_FILTER_FLAG_TSYNC");
  if (gap)
    return not_found_out(row, *gap);
  return wish.kind == SeccompWish::Kind::some ? found(row, Drift::same, words, source)
                                              : by_programs(witness, row, wish);
}

} // namespace

DriftRow seccomp_drift(Witness& witness, const Wish<SeccompWish>& wish) {
  const DriftRow row = row_about("seccomp", "filter", wanted_words(wish.value), wish.place, wish.origin);
  return witness.tasks().match(
      [&](const Seen<Tasks>& tasks) { return over_tasks(witness, row, tasks.value(), wish.value); },
      [&](const Gap& gap) { return not_found_out(row, gap); });
}

} // namespace sbx
