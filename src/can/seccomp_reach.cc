#include "can/seccomp_reach.h"

#include "probes/witness.h"
#include "rules/syscall_number.h"

#include <algorithm>
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

SeccompReach undecided(const std::vector<std::string_view>& group, const std::string& machine) {
  std::vector<std::string_view> names;
  for (const std::string_view name : group)
    if (syscall_number(machine, std::string(name)))
      names.push_back(name);
  if (names.empty())
    return {Answer::unknown, fmt::format("{} is no system call of this machine", fmt::join(group, ", "))};
  const bool one = names.size() == 1;
  return {Answer::unknown,
          fmt::format("a filter decides on {} by {} arguments, or denies {}; not evaluated yet",
                      fmt::join(names, ", "), one ? "its" : "their", one ? "it" : "them")};
}

// The bitmap of the newest filter speaks for its whole chain: a filter begins with that of the one before and
// only takes bits away (kernel/seccomp.c, seccomp_cache_prepare_bitmap()). A call that it holds is let
// through before any filter runs (seccomp_cache_check_allow()). One that it does not hold may be allowed all
// the same.
SeccompReach by_bitmap(const SeccompFilter& newest, const std::string& machine, const Syscalls& needed) {
  if (!newest.native)
    return {Answer::unknown, "this kernel does not say what its filters always allow; not evaluated yet"};
  std::vector<std::string_view> allowed;
  for (const auto& group : needed) {
    const auto is_allowed = [&](std::string_view name) {
      const auto number = syscall_number(machine, std::string(name));
      return number && always_allowed(*newest.native, *number);
    };
    const auto one = std::find_if(group.begin(), group.end(), is_allowed);
    if (one == group.end())
      return undecided(group, machine);
    allowed.push_back(*one);
  }
  return {Answer::yes, fmt::format("its {} always allow{} {}",
                                   newest.depth == 1 ? "filter" : fmt::format("{} filters", newest.depth),
                                   newest.depth == 1 ? "s" : "", fmt::join(allowed, ", "))};
}

SeccompReach by_filters(Witness& witness, std::int64_t tid, const Syscalls& needed) {
  const std::string machine = witness.text(source::host_machine)
                                  .match([](const Seen<std::string>& seen) { return seen.value(); },
                                         [](const Gap&) { return std::string(); });
  if (!knows_syscalls_of(machine))
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
        return by_bitmap(all.filters.at(*task->newest), machine, needed);
      },
      [](const Gap& gap) { return not_seen(gap.detail); });
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
  if (!task.status || !task.status->seccomp)
    return {Answer::unknown, "its seccomp mode was not seen"};
  switch (*task.status->seccomp) {
  case mode_none:
    return {Answer::yes, "no filter"};
  case mode_strict: // read(2), write(2), _exit(2) and sigreturn(2) alone, and nothing asked here is done by
                    // those
    return {Answer::no, "strict mode lets it read and write what it holds open, and nothing else"};
  case mode_filter:
    return by_filters(witness, task.tid, needed);
  default:
    return {Answer::unknown,
            fmt::format("a seccomp mode that is not known here ({})", *task.status->seccomp)};
  }
}

} // namespace sbx
