#include "probes/seccomp.h"

#include "core/escape.h"
#include "probes/seccomp_claims.h"
#include "probes/seccomp_profile.h"
#include "probes/seccomp_view.h"
#include "probes/seccomp_warnings.h"
#include "probes/task_tally.h"
#include "rules/seccomp_trial.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

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

using View = tl::expected<SeccompView, Gap>;

// Every claim stands in every finding; null is what was not seen.
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

// Where nobody looked, or could not, every one of them is null and `not_read` says why.
Finding with_programs(Witness& witness, Finding finding, const View& view) {
  for (const char* name : {"filter_list", "chain_list", "default_action", "denied", "conditional",
                           "supervised", "architectures", "warnings", "read_by", "profile"})
    finding.claim(name, nullptr);
  finding.claim("not_read", view ? Claims() : Claims(view.error().detail));
  if (!view)
    return finding;
  finding = witness.seccomp_filters().match(
      [&](const Seen<SeccompFilters>& seen) { return Finding(std::move(finding).citing(seen)); },
      [&](const Gap&) { return std::move(finding); });
  const MatchSubject subject = match_subject(witness);
  const SeccompProfiles profiles = seccomp_profiles(*view, subject);
  Claims architectures = seccomp_architectures(*view);
  const Claims native = architectures[std::string(abi_name(view->abis.front()))];
  return std::move(finding)
      .claim("read_by", view->filters.by_ptrace ? "ptrace" : "bpf")
      .claim("filter_list", seccomp_filter_list(*view, subject, profiles.each))
      .claim("profile", profiles.all)
      .claim("chain_list", seccomp_chain_list(*view))
      .claim("default_action", native["default_action"])
      .claim("denied", native["denied"])
      .claim("conditional", native["conditional"])
      .claim("supervised", native["supervised"])
      .claim("architectures", std::move(architectures))
      .claim("warnings", warning_claims(seccomp_warnings(witness, *view)));
}

Finding without_programs(Finding finding) {
  for (const char* name : {"filter_list", "chain_list", "denied", "conditional", "supervised", "warnings"})
    finding.claim(name, Claims::array());
  return std::move(finding)
      .claim("default_action", "allow")
      .claim("architectures", Claims::object())
      .claim("profile", nullptr)
      .claim("read_by", nullptr)
      .claim("not_read", nullptr);
}

constexpr const char* programs_remedy =
    "run as root outside of the sandbox (CAP_BPF and CAP_PERFMON), or let --ptrace stop it for a moment";

// Where nobody can read the programs, and the target is the inspector: enforced by what it was refused when
// it tried.
std::optional<Finding> by_trial(Witness& witness, const Seen<Tasks>& tasks, const std::string& words,
                                const Gap& gap) {
  const bool self = witness.identity().match([](const Seen<Identity>& id) { return id.value().self; },
                                             [](const Gap&) { return false; });
  if (!self)
    return std::nullopt;
  return witness.properties(source::self_seccomp)
      .match(
          [&](const Seen<Properties>& seen) -> std::optional<Finding> {
            std::vector<std::string> refused;
            for (const Property& it : seen.value())
              if ((it.value && *it.value == "killed") ||
                  proves_refusal(it.key, it.value ? 0 : it.value.error()))
                refused.push_back(escaped(it.key, 40));
            if (refused.empty())
              return std::nullopt;
            return Finding::enforced(
                       tasks,
                       fmt::format("{}; refused is at least, as trials showed: {}; the rest was not read: {}",
                                   words, fmt::join(refused, ", "), gap.detail))
                .citing(seen)
                .remedy(programs_remedy)
                .claim("proved_denied", refused);
          },
          [](const Gap&) { return std::optional<Finding>(); });
}

// Does any call by any way end otherwise than let through? Nothing: not for certain, for some could not be
// followed.
std::optional<bool> restricts(const EffectiveTable& table) {
  bool followed = true;
  const auto certainly = [&](const std::optional<DecisionId>& decision) {
    if (!decision) {
      followed = false;
      return false;
    }
    const SeccompBranches branches = branches_of(table.decisions, *decision, 256);
    return std::any_of(branches.list.begin(), branches.list.end(), [&](const SeccompBranch& it) {
      followed = followed && !(it.computed && !lets_through(it.action));
      return !it.computed && !lets_through(it.action);
    });
  };
  for (const AbiTable& abi : table.abis) {
    const auto one = [&](const auto& it) { return certainly(it.decision); };
    if (std::any_of(abi.calls.begin(), abi.calls.end(), one) ||
        std::any_of(abi.others.begin(), abi.others.end(), one))
      return true;
  }
  return followed ? std::optional(false) : std::nullopt;
}

// "refuses 70 of 386 calls, 3 by their arguments"
std::string what_it_does(const SeccompView& view) {
  const AbiTable& native = view.table.abis.front();
  const auto count = [&](CallFate fate) { return calls_with(view.table, native, fate).size(); };
  std::string words = fmt::format("refuse{} {} of {} calls", view.filters.filters.size() == 1 ? "s" : "",
                                  count(CallFate::refused), native.calls.size());
  if (const auto conditional = count(CallFate::conditional); conditional > 0)
    words += fmt::format(", {} by arguments", conditional);
  if (const auto supervised = count(CallFate::supervised); supervised > 0)
    words += fmt::format(", {} decided by another process", supervised);
  return words;
}

Finding enforced(Witness& witness, const Seen<Tasks>& tasks, const Weakest& found, const Tally& tally,
                 const View& view) {
  std::string words = fmt::format("{}, {}", amount(found), tally_words(tally));
  if (found.mode == mode_strict)
    return Finding::enforced(tasks, words);
  if (!view) { // they may refuse nothing at all
    auto proved = by_trial(witness, tasks, words, view.error());
    return proved ? std::move(*proved)
                  : Finding::unknown(view.error(), words + "; what they refuse was not read")
                        .remedy(programs_remedy);
  }
  const auto restricted = restricts(view->table);
  if (!restricted)
    return Finding::unknown({GapKind::not_attempted, std::string(source::target_seccomp.name),
                             "the programs take more steps than the bound, or answer with what they compute"},
                            words + "; whether they refuse anything could not be followed")
        .remedy("look at the programs: sbx-attest seccomp PID --disasm");
  if (!*restricted)
    return Finding::partial(tasks, fmt::format("{}, which {} nothing", words,
                                               view->filters.filters.size() == 1 ? "refuses" : "refuse"))
        .remedy("a filter that allows or logs every call restricts nothing: refuse what is not needed");
  return Finding::enforced(tasks, fmt::format("{}; {}", words, what_it_does(*view)));
}

Finding of_threads(Witness& witness, const Seen<Tasks>& tasks, const Weakest& found, const TaskTally& counted,
                   const View& view) {
  switch (judge(counted.tally)) {
  case State::enforced:
    return enforced(witness, tasks, found, counted.tally, view);
  case State::partial:
    return Finding::partial(tasks, fmt::format("only {}", tally_words(counted.tally)))
        .remedy("threads that ran before the filter was installed do not have it; install it with "
                "SECCOMP_FILTER_FLAG_TSYNC or before starting threads");
  case State::absent:
    return Finding::absent(tasks, "no filter on any thread");
  case State::unknown:
  case State::not_applicable:
    break;
  }
  return Finding::unknown(
      counted.gap.value_or(Gap{GapKind::malformed, std::string(tasks.source().name), "no thread was seen"}));
}

Finding judged(Witness& witness, const Seen<Tasks>& tasks) {
  const TaskTally counted =
      tally_tasks(tasks.value(), "a Seccomp mode that is known here", [](const ProcStatus& status) {
        const bool known = status.seccomp && *status.seccomp <= mode_filter;
        return known ? std::optional(*status.seccomp != mode_none) : std::nullopt;
      });
  const Weakest found = weakest(tasks.value());
  const bool none = judge(counted.tally) == State::absent;
  const View view = none ? View(tl::unexpected(Gap{})) : seccomp_view(witness); // none: nothing to read
  Finding finding = with_claims(of_threads(witness, tasks, found, counted, view), counted.tally, found);
  return none ? without_programs(std::move(finding)) : with_programs(witness, std::move(finding), view);
}

} // namespace

Finding seccomp(Witness& witness) {
  return witness.tasks().match([&](const Seen<Tasks>& tasks) { return judged(witness, tasks); },
                               [&](const Gap& gap) {
                                 return with_programs(witness,
                                                      Finding::unknown(gap)
                                                          .claim("mode", nullptr)
                                                          .claim("filters", nullptr)
                                                          .claim("tasks_filtered", nullptr)
                                                          .claim("tasks_total", nullptr),
                                                      tl::unexpected(gap));
                               });
}

} // namespace sbx
