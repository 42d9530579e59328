#include "probes/seccomp_reach.h"

#include "probes/syscall_abis.h"
#include "probes/witness.h"
#include "rules/syscall_abi.h"
#include "seccomp/branches.h"
#include "seccomp/evaluate.h"
#include "seccomp/program_check.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr unsigned mode_none = 0, mode_strict = 1, mode_filter = 2; // include/uapi/linux/seccomp.h

SeccompReach not_seen(const std::string& why) {
  return {Answer::unknown, "its filters were not seen: " + why};
}

bool is_filtered(const Task& task) { return task.status && task.status->seccomp == mode_filter; }

const SeccompTask* find_task(const SeccompFilters& filters, std::int64_t tid) {
  for (const SeccompTask& task : filters.tasks)
    if (static_cast<std::int64_t>(task.tid) == tid)
      return &task;
  return nullptr;
}

// The filters of one thread, asked about one way into the kernel.
class Gate {
public:
  Gate(const SeccompFilters& filters, std::size_t newest, SyscallAbi abi)
      : newest_(filters.filters.at(newest)), abi_(abi) {
    for (std::optional<std::size_t> at = newest; at; at = filters.filters[*at].previous) {
      const auto& program = filters.filters[*at].program;
      readable_ = readable_ && program && !check_program(*program);
      chain_.push_back(program ? &*program : nullptr);
    }
  }

  bool has(const SyscallUse& use) const { return syscall_number(abi_, use.name).has_value(); }

  struct Said {
    Answer answer = Answer::unknown;
    std::optional<SeccompAction> refusal; // of a no
    bool notified = false;
  };

  // Can the call be made so? The argument that the deed asks for is what the kernel reads; the caller may
  // choose its upper half. Where other arguments decide, that is not known.
  Said ask(const SyscallUse& use) {
    const auto number = syscall_number(abi_, use.name);
    if (!number)
      return {Answer::no, {}};
    // The bitmap of the newest filter speaks for its whole chain: a filter begins with that of the one before
    // and only takes bits away (kernel/seccomp.c, seccomp_cache_prepare_bitmap()). A call that it holds is
    // let through before any filter runs (seccomp_cache_check_allow()).
    const auto& bitmap = abi_ == SyscallAbi::x86_64 || abi_ == SyscallAbi::aarch64 ? newest_.native
                         : abi_ == SyscallAbi::x32                                 ? nothing_
                                                                                   : newest_.compat;
    if (bitmap && always_allowed(*bitmap, *number))
      return {Answer::yes, {}};
    if (!readable_)
      return {};
    const auto decision = evaluate(chain_, {WordSet::only(*number), audit_arch(abi_)}, decisions_, budget_);
    return decision ? judge(*decision, use) : Said{};
  }

private:
  Said judge(DecisionId decision, const SyscallUse& use) {
    SeccompWords words;
    if (use.argument)
      words.set(low_half(use.argument->index), WordSet::only(use.argument->value));
    Said said = under(decision, words);
    if (said.answer != Answer::unknown || !use.argument)
      return said;
    const auto through = way_through(decisions_, decision, words, budget_);
    const DataWord upper = high_half(use.argument->index);
    const auto half = through ? through->of(upper).example() : std::nullopt;
    if (!half)
      return said;
    words.set(upper, WordSet::only(*half));
    return under(decision, words);
  }

  // Yes or no where all ways end so, for words with these values.
  Said under(DecisionId decision, const SeccompWords& words) const {
    const auto ends = endings(decisions_, decision, words);
    const bool all = std::all_of(ends.begin(), ends.end(), lets_through);
    if (!ends.empty() && all)
      return {Answer::yes, {}};
    if (!ends.empty() && std::all_of(ends.begin(), ends.end(), refuses))
      return {Answer::no, ends.front()};
    const bool notified = std::any_of(ends.begin(), ends.end(),
                                      [](SeccompAction action) { return action.kind == ActionKind::notify; });
    return {Answer::unknown, {}, notified};
  }

  const SeccompFilter& newest_;
  SyscallAbi abi_;
  SeccompChain chain_;
  bool readable_ = true;
  std::optional<std::vector<std::uint8_t>> nothing_;
  Decisions decisions_;
  SeccompBudget budget_;
};

// What a ring of io_uring(7) does as well, and no filter is asked.
bool done_by_rings(const std::vector<SyscallUse>& group) {
  constexpr std::array names{"openat", "openat2", "read",    "readv", "write",
                             "writev", "socket",  "connect", "bind",  "unlinkat"};
  return std::any_of(group.begin(), group.end(), [&](const SyscallUse& use) {
    return std::find(names.begin(), names.end(), use.name) != names.end();
  });
}

std::string filters_words(const SeccompFilter& newest) {
  return newest.depth == 1 ? "its filter" : fmt::format("its {} filters", newest.depth);
}

SeccompReach by_way(const SeccompFilters& all, std::size_t newest, SyscallAbi abi, const Syscalls& needed) {
  Gate gate(all, newest, abi);
  const SeccompFilter& filter = all.filters[newest];
  const std::string who = filters_words(filter);
  std::vector<std::string_view> allowed;
  for (const auto& group : needed) {
    std::vector<std::string_view> undecided;
    std::string refused;
    bool open = false, notified = false;
    for (const SyscallUse& use : group) {
      if (!gate.has(use))
        continue;
      const Gate::Said said = gate.ask(use);
      if (said.answer == Answer::yes) {
        allowed.push_back(use.name);
        open = true;
        break;
      }
      notified = notified || said.notified;
      if (said.answer == Answer::unknown)
        undecided.push_back(use.name);
      else if (const std::string one = fmt::format("{} ({})", use.name, action_words(*said.refusal));
               refused.find(one) == std::string::npos) // two uses of one call
        refused += (refused.empty() ? "" : ", ") + one;
    }
    if (open)
      continue;
    if (!undecided.empty())
      return {Answer::unknown,
              fmt::format("{} {} {} by arguments that are not asked here, or could not be followed", who,
                          filter.depth == 1 ? "decides on" : "decide on", fmt::join(undecided, ", ")),
              notified};
    if (refused.empty())
      return {Answer::unknown, "none of the system calls that it takes exists on this machine"};
    const std::string words = fmt::format("{} {} {}", who, filter.depth == 1 ? "refuses" : "refuse", refused);
    if (done_by_rings(group) && gate.ask("io_uring_setup").answer != Answer::no)
      return {Answer::unknown,
              words + "; but io_uring_setup may be open, and no filter is asked about what a ring does"};
    return {Answer::no, words};
  }
  return {Answer::yes,
          fmt::format("{} {} {}", who, filter.depth == 1 ? "allows" : "allow", fmt::join(allowed, ", "))};
}

// A no holds when no way into the kernel that it offers leads there.
SeccompReach by_chain(Witness& witness, const SeccompFilters& all, std::size_t newest,
                      const std::string& machine, const Syscalls& needed, bool native_alone) {
  std::optional<SeccompReach> first;
  for (const SyscallAbi abi : abis_of(machine)) {
    const auto offered = first ? offers(witness, abi) : std::optional(true); // the native way is always there
    if (offered == false)
      continue;
    SeccompReach reach = by_way(all, newest, abi, needed);
    if (reach.answer == Answer::yes && first)
      reach = {offered ? Answer::yes : Answer::unknown,
               fmt::format("{}; by the system calls of {}{}: {}", first->detail, abi_name(abi),
                           offered ? "" : ", which this kernel may take", reach.detail)};
    if (!first || reach.answer == Answer::yes ||
        (first->answer == Answer::no && reach.answer == Answer::unknown))
      first = std::move(reach);
    if (first->answer == Answer::yes || native_alone)
      break;
  }
  return *first;
}

SeccompReach by_filters(Witness& witness, std::int64_t tid, const Syscalls& needed, bool native_alone) {
  const std::string machine = witness.text(source::host_machine)
                                  .match([](const Seen<std::string>& seen) { return seen.value(); },
                                         [](const Gap&) { return std::string(); });
  if (abis_of(machine).empty())
    return {Answer::unknown, "the system calls of this machine are not known here"};
  return witness.seccomp_filters().match(
      [&](const Seen<SeccompFilters>& seen) -> SeccompReach {
        const SeccompFilters& all = seen.value();
        if (!all.settled)
          return not_seen("the threads changed while they were read");
        const SeccompTask* task = find_task(all, tid);
        if (!task)
          return not_seen(fmt::format("thread {} is not listed there", tid));
        if (task->mode != mode_filter || !task->newest)
          return not_seen("the thread changed between two looks at it");
        return by_chain(witness, all, *task->newest, machine, needed, native_alone);
      },
      [](const Gap& gap) { return not_seen(gap.detail); });
}

SeccompReach reach(Witness& witness, const Task& task, const Syscalls& needed, bool native_alone) {
  if (!task.status || !task.status->seccomp)
    return {Answer::unknown, "its seccomp mode was not seen"};
  switch (*task.status->seccomp) {
  case mode_none:
    return {Answer::yes, "no filter"};
  case mode_strict: // read(2), write(2), _exit(2) and sigreturn(2) alone, and nothing asked here is done by
                    // those
    return {Answer::no, "strict mode lets it read and write what it holds open, and nothing else"};
  case mode_filter:
    return by_filters(witness, task.tid, needed, native_alone);
  default:
    return {Answer::unknown,
            fmt::format("a seccomp mode that is not known here ({})", *task.status->seccomp)};
  }
}

} // namespace

std::optional<std::size_t> newest_filter(Witness& witness, const Task& task) {
  if (!is_filtered(task))
    return std::nullopt;
  return witness.seccomp_filters().match(
      [&](const Seen<SeccompFilters>& seen) {
        const SeccompTask* found = find_task(seen.value(), task.tid);
        return found ? found->newest : std::nullopt;
      },
      [](const Gap&) { return std::optional<std::size_t>(); });
}

SeccompReach seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed) {
  return reach(witness, task, needed, false);
}

SeccompReach native_seccomp_reach(Witness& witness, const Task& task, const Syscalls& needed) {
  return reach(witness, task, needed, true);
}

} // namespace sbx
