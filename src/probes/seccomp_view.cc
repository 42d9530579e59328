#include "probes/seccomp_view.h"

#include "probes/syscall_abis.h"
#include "seccomp/program_check.h"
#include "seccomp/strict_mode.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::uint32_t mode_strict = 1, mode_filter = 2; // include/uapi/linux/seccomp.h

tl::unexpected<Gap> gap(GapKind kind, std::string detail) {
  return tl::unexpected(Gap{kind, std::string(source::target_seccomp.name), std::move(detail)});
}

// A thread that is exiting has given its filters back, and makes no system call any more.
bool counts(const SeccompTask& task) { return !task.exited && !(task.mode == mode_filter && !task.newest); }

tl::expected<std::vector<SeccompThreads>, Gap> threads_of(const SeccompFilters& filters) {
  std::vector<SeccompThreads> found;
  for (const SeccompTask& task : filters.tasks) {
    if (!counts(task))
      continue;
    if (task.mode > mode_filter)
      return gap(GapKind::unsupported, fmt::format("thread {} has a seccomp mode that is not known here ({})",
                                                   task.tid, task.mode));
    const bool strict = task.mode == mode_strict;
    const auto same = std::find_if(found.begin(), found.end(), [&](const SeccompThreads& it) {
      return it.newest == task.newest && it.strict == strict;
    });
    SeccompThreads& group =
        same == found.end() ? found.emplace_back(SeccompThreads{task.newest, strict, {}}) : *same;
    group.tids.push_back(static_cast<std::int64_t>(task.tid));
  }
  if (found.empty())
    return gap(GapKind::vanished, "all its threads have ended, and given their filters back");
  return found;
}

// What the kernel holds has passed its own checks; what does not pass was misread, and must not be followed.
std::optional<Gap> unreadable(const SeccompFilters& filters) {
  for (std::size_t i = 0; i < filters.filters.size(); ++i) {
    const auto& program = filters.filters[i].program;
    if (!program)
      return gap(GapKind::unsupported,
                 fmt::format("filter {}: this kernel kept no copy of its program", i + 1))
          .value();
    if (const auto wrong = check_program(*program))
      return gap(GapKind::malformed, fmt::format("filter {}: {}", i + 1, *wrong)).value();
  }
  return std::nullopt;
}

const std::vector<std::uint8_t>* address(const std::optional<std::vector<std::uint8_t>>& bitmap) {
  return bitmap ? &*bitmap : nullptr;
}

} // namespace

std::vector<std::size_t> filters_of(const SeccompFilters& filters, std::size_t newest) {
  std::vector<std::size_t> found;
  for (std::optional<std::size_t> at = newest; at; at = filters.filters.at(*at).previous)
    found.push_back(*at);
  return found;
}

SeccompChain chain_of(const SeccompFilters& filters, std::size_t newest) {
  SeccompChain chain;
  for (const std::size_t at : filters_of(filters, newest))
    chain.push_back(&*filters.filters[at].program);
  return chain;
}

tl::expected<SeccompView, Gap> seccomp_view(Witness& witness) {
  using Abis = tl::expected<std::vector<SyscallAbi>, Gap>;
  Abis abis =
      witness.text(source::host_machine)
          .match(
              [](const Seen<std::string>& seen) -> Abis {
                auto known = abis_of(seen.value());
                if (known.empty())
                  return gap(GapKind::unsupported, "the system calls of this machine are not known here");
                return known;
              },
              [](const Gap& why) -> Abis { return tl::unexpected(why); });
  if (!abis)
    return tl::unexpected(abis.error());
  return witness.seccomp_filters().match(
      [&](const Seen<SeccompFilters>& seen) -> tl::expected<SeccompView, Gap> {
        if (!seen.value().settled)
          return gap(GapKind::not_attempted, "the threads changed while their filters were read");
        if (auto why = unreadable(seen.value()))
          return tl::unexpected(std::move(*why));
        auto threads = threads_of(seen.value());
        if (!threads)
          return tl::unexpected(threads.error());
        SeccompView view{seen.value(), std::move(*threads), std::move(*abis), {}, {}};
        for (const SyscallAbi abi : view.abis)
          view.offered.push_back(offers(witness, abi));
        const SeccompProgram strict = strict_mode_program(view.abis);
        std::vector<SeccompStack> stacks;
        for (const SeccompThreads& group : view.threads) {
          SeccompStack& stack = stacks.emplace_back();
          if (group.strict)
            stack.chain = {&strict};
          if (!group.newest)
            continue;
          const SeccompFilter& newest = view.filters.filters.at(*group.newest);
          stack = {chain_of(view.filters, *group.newest), address(newest.native), address(newest.compat)};
        }
        SeccompBudget budget;
        view.table = effective_table(stacks, view.abis, budget);
        if (!view.table.disputed.empty()) {
          const NumberedCall& call = view.table.disputed.front();
          return gap(GapKind::malformed,
                     fmt::format("the kernel lets {} of {} through, which its filters do not",
                                 syscall_name(call.abi, call.number), abi_name(call.abi)));
        }
        return view;
      },
      [](const Gap& why) -> tl::expected<SeccompView, Gap> { return tl::unexpected(why); });
}

SeccompView seccomp_view(SeccompProgram program, const std::vector<SyscallAbi>& abis) {
  SeccompView view;
  SeccompFilter& filter = view.filters.filters.emplace_back();
  filter.program = std::move(program);
  view.filters.settled = true;
  view.abis = abis;
  view.offered.resize(abis.size());
  SeccompBudget budget;
  view.table = effective_table(SeccompChain{&*filter.program}, abis, budget);
  return view;
}

} // namespace sbx
