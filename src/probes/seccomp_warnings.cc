#include "probes/seccomp_warnings.h"

#include "core/some_of.h"
#include "probes/seccomp_call_warnings.h"
#include "probes/seccomp_claims.h"
#include "probes/seccomp_entry_warnings.h"
#include "probes/target_ns.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

std::string tids_of(const SeccompThreads& group) {
  std::vector<std::string> tids;
  for (const std::int64_t tid : group.tids)
    tids.push_back(fmt::format("{}", tid));
  return some_of(std::move(tids));
}

void about_threads(const SeccompView& view, std::vector<Warning>& to) {
  if (view.threads.size() < 2)
    return;
  const auto free = std::find_if(view.threads.begin(), view.threads.end(),
                                 [](const SeccompThreads& it) { return !it.newest && !it.strict; });
  if (free != view.threads.end())
    to.push_back({"seccomp.threads_outside", Severity::high,
                  fmt::format("{} of the threads: no filter; they may do for the others what these may not",
                              free->tids.size()),
                  "without: " + tids_of(*free),
                  "install filters with SECCOMP_FILTER_FLAG_TSYNC, or before any thread is started"});
  std::string evidence;
  for (const SeccompThreads& group : view.threads)
    evidence +=
        fmt::format("{}{}: {}", evidence.empty() ? "" : "; ",
                    group.strict   ? "strict mode"
                    : group.newest ? fmt::format("{} filter(s)", view.filters.filters.at(*group.newest).depth)
                                   : "none",
                    tids_of(group));
  to.push_back(
      {"seccomp.threads_differ", Severity::medium,
       "the threads live under different filters; they share their memory, so the weakest one counts",
       evidence, "put the same filters on all threads"});
}

// The actions that a program can return at all, by itself.
bool returns(const SeccompFilter& filter, ActionKind kind) {
  constexpr std::uint16_t return_constant = 0x06; // BPF_RET|BPF_K
  return filter.program &&
         std::any_of(filter.program->begin(), filter.program->end(), [&](const SeccompInstruction& it) {
           return it.code == return_constant && action_of(it.k).kind == kind;
         });
}

// System calls of the native ABI that end so, for some arguments at least.
std::vector<std::string> ending_in(const SeccompView& view, ActionKind kind, bool pretend = false) {
  std::vector<std::string> names;
  for (const SyscallDecision& call : view.table.abis.front().calls) {
    if (!call.decision)
      continue;
    const auto actions = actions_of(view.table.decisions, *call.decision);
    if (std::any_of(actions.begin(), actions.end(),
                    [&](const SeccompAction& it) { return it.kind == kind && (!pretend || it.data == 0); }))
      names.emplace_back(call.name);
  }
  return names;
}

void about_answers(const SeccompView& view, std::vector<Warning>& to) {
  for (std::size_t i = 0; i < view.filters.filters.size(); ++i) {
    const SeccompFilter& filter = view.filters.filters[i];
    if (!view.threads.empty() && returns(filter, ActionKind::notify) && filter.notify == false)
      to.push_back(
          {"seccomp.no_listener", Severity::medium,
           fmt::format("filter {} asks a listener, and nobody listens: those calls fail with ENOSYS", i + 1),
           "it returns SECCOMP_RET_USER_NOTIF, and its notification descriptor is closed or was never made",
           "keep the supervisor that holds the listener alive"});
  }
  if (const auto names = ending_in(view, ActionKind::kill_thread); !names.empty() && names.size() < 300)
    to.push_back(
        {"seccomp.kills_thread", Severity::low,
         fmt::format("of {} the calling thread alone dies: the rest of the process goes on without it",
                     some_of(names)),
         "the action is SECCOMP_RET_KILL_THREAD",
         "kill the process (SECCOMP_RET_KILL_PROCESS), or answer with an errno that programs can deal with"});
  if (const auto names = ending_in(view, ActionKind::fails, true); !names.empty())
    to.push_back({"seccomp.pretends_success", Severity::low,
                  fmt::format("to succeed without being carried out: {}", some_of(names)),
                  "the action is errno 0", "answer with an errno, so that programs know"});
  if (!view.table.complete)
    to.push_back({"seccomp.not_evaluated", Severity::high,
                  "some calls were not evaluated: what they may do is not known",
                  "the filters take more steps than the bound, or answer with what they compute",
                  "look at the programs (--disasm): they may be made to hide something"});
}

void about_tracer(Witness& witness, const SeccompView& view, std::vector<Warning>& to) {
  const auto names = ending_in(view, ActionKind::trace);
  if (names.empty())
    return;
  const bool traced = witness.tasks().match(
      [](const Seen<Tasks>& tasks) {
        const auto all = counted(tasks.value());
        return std::any_of(all.begin(), all.end(), [](const Task* it) {
          return !it->status ||
                 it->status->tracer_pid.value_or(1) != 0; // not seen counts as traced: no warning
        });
      },
      [](const Gap&) { return true; });
  if (!traced)
    to.push_back(
        {"seccomp.no_tracer", Severity::medium,
         fmt::format(
             "{}: a tracer is to decide, and there is none: they fail with ENOSYS, until one attaches",
             some_of(names)),
         "the action is SECCOMP_RET_TRACE, and no thread has a TracerPid",
         "keep the tracer alive, or refuse the calls"});
}

SeccompPowers powers_of(Witness& witness) {
  SeccompPowers powers;
  powers.initial_user_ns = target_ns(witness, "user").initial;
  powers.capabilities = witness.tasks().match(
      [](const Seen<Tasks>& tasks) -> std::optional<std::uint64_t> {
        std::uint64_t all = 0;
        for (const Task* task : counted(tasks.value())) {
          if (!task->status || !task->status->cap_eff || !task->status->cap_prm)
            return std::nullopt;
          all |= *task->status->cap_eff | *task->status->cap_prm;
        }
        return all;
      },
      [](const Gap&) { return std::optional<std::uint64_t>(); });
  return powers;
}

void add(std::vector<Warning>& to, std::vector<Warning> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

std::vector<Warning> seccomp_warnings(Witness& witness, const SeccompView& view) {
  std::vector<Warning> found;
  if (view.filters.filters.empty()) // no filter anywhere: the state says it all
    return found;
  about_threads(view, found);
  add(found, seccomp_entry_warnings(view));
  add(found, seccomp_call_warnings(view, powers_of(witness)));
  about_answers(view, found);
  about_tracer(witness, view, found);
  return found;
}

std::vector<Warning> seccomp_warnings(const SeccompView& view) {
  std::vector<Warning> found = seccomp_entry_warnings(view);
  add(found, seccomp_call_warnings(view, {}));
  about_answers(view, found);
  return found;
}

} // namespace sbx
