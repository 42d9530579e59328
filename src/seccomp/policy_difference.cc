#include "seccomp/policy_difference.h"

#include "rules/syscall_newer.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sbx {

namespace {

// From 5.1 on a new call has one number on every machine, and younger is higher (Documentation/process/
// adding-syscalls.rst). From 512 on are those of x32 alone, which are old.
constexpr std::uint32_t first_common = 424, first_of_x32 = 512, x32_bit = 0x40000000;

bool common(std::uint32_t number) {
  const std::uint32_t plain = number & ~x32_bit;
  return plain >= first_common && plain < first_of_x32;
}

// Whatever else is let through: of x32 libseccomp lacks single names.
bool unknown_to_libseccomp(SyscallAbi abi, std::uint32_t number) {
  return !newer_syscall_name(abi, number).empty();
}

// The kernel lets these through whatever the filters say (kernel/seccomp.c, 6.14), and they end a process
// that calls them from elsewhere than its own trampoline.
bool exempt(std::string_view name) { return name == "uretprobe" || name == "uprobe"; }

bool refuses_all(const Decisions& decisions, DecisionId id) {
  return std::ranges::all_of(actions_of(decisions, id), refuses);
}

class Comparison {
public:
  Comparison(const EffectiveTable& table, const SeccompPolicy& policy)
      : here_(table.decisions), there_(policy.decisions) {}

  AbiDifferences compare(const AbiTable& table, const AbiPolicy& policy) {
    AbiDifferences found{table.abi, false, false, {}, {}};
    const bool nothing_here = std::ranges::all_of(table.calls, [&](const SyscallDecision& call) {
      return call.decision && refused_here(*call.decision);
    });
    const bool nothing_there =
        refused_there(policy.otherwise) && std::ranges::all_of(policy.calls, [&](const PolicyCall& call) {
          return refused_there(call.decision);
        });
    if (nothing_here || nothing_there) {
      // Where both refuse all of it, with which answer says nothing: no program gets as far as to see it.
      found.refused_here = nothing_here && !nothing_there;
      found.refused_there = nothing_there && !nothing_here;
      return found;
    }
    const std::uint32_t newest = newest_named(policy), closed = closed_from(table);
    for (const SyscallDecision& call : table.calls) {
      if (!call.decision) {
        sure_ = false;
        continue;
      }
      const DecisionId there = decision_of(policy, call.number);
      if (exempt(call.name) || same(*call.decision, there))
        continue;
      const bool gone = refused_here(*call.decision);
      // runc answers ENOSYS above the newest call that the profile names, whatever its default action is
      // (libcontainer/seccomp/patchbpf/enosys_linux.go); and later versions of a default action do the same.
      if (gone && refused_there(there) && common(call.number) && call.number > newest)
        continue;
      if (gone && common(call.number) &&
          (call.number >= closed || unknown_to_libseccomp(table.abi, call.number))) {
        found.too_young.push_back(call.name);
        continue;
      }
      found.calls.push_back({call.number, call.name, kind(*call.decision, there), *call.decision, there});
    }
    compare_unnamed(found, table, policy);
    return found;
  }

  bool sure() const { return sure_; }

private:
  bool refused_here(DecisionId id) { return refused(here_refused_, here_, id); }
  bool refused_there(DecisionId id) { return refused(there_refused_, there_, id); }
  static bool refused(std::map<DecisionId, bool>& known, const Decisions& decisions, DecisionId id) {
    const Decision& node = decisions.at(id);
    if (node.leaf)
      return refuses(node.action);
    const auto it = known.find(id);
    return it != known.end() ? it->second : known.emplace(id, refuses_all(decisions, id)).first->second;
  }

  DifferenceKind kind(DecisionId here, DecisionId there) {
    const bool left = refused_here(here), right = refused_there(there);
    return left == right ? DifferenceKind::other : left ? DifferenceKind::less : DifferenceKind::more;
  }

  bool same(DecisionId here, DecisionId there) {
    const Decision &left = here_.at(here), &right = there_.at(there);
    if (left.leaf && right.leaf)
      return left.action == right.action;
    const auto key = std::pair(here, there);
    if (const auto known = same_.find(key); known != same_.end())
      return known->second;
    const auto answer = same_decision(here_, here, there_, there);
    sure_ = sure_ && answer;
    return same_.emplace(key, answer.value_or(false)).first->second;
  }

  static std::uint32_t newest_named(const AbiPolicy& policy) {
    std::uint32_t newest = 0;
    for (const PolicyCall& call : policy.calls)
      if (common(call.number))
        newest = call.number;
    return newest;
  }

  // From this number on everything is refused, so that nothing there is known to the runtime.
  std::uint32_t closed_from(const AbiTable& table) {
    std::uint32_t from = first_of_x32 | (table.abi == SyscallAbi::x32 ? x32_bit : 0);
    for (auto call = table.calls.rbegin(); call != table.calls.rend(); ++call) {
      if (!common(call->number) || exempt(call->name))
        continue;
      if (!call->decision || !refused_here(*call->decision))
        break;
      from = call->number;
    }
    return from;
  }

  // Of numbers that no kernel has yet only counts whether they are refused. Those in between never will be
  // calls, and negative ones reach no table (numbers_of()).
  void compare_unnamed(AbiDifferences& found, const AbiTable& table, const AbiPolicy& policy) {
    const std::uint32_t highest = table.calls.empty() ? 0 : table.calls.back().number;
    for (const NumberDecision& other : table.others) {
      if (other.range.first < highest || other.range.first > 0x7fffffff)
        continue;
      if (!other.decision)
        sure_ = false;
      else if (refused_here(*other.decision) != refused_there(policy.otherwise)) {
        found.calls.push_back({other.range.first, "", kind(*other.decision, policy.otherwise),
                               *other.decision, policy.otherwise});
        return;
      }
    }
  }

  const Decisions &here_, &there_;
  bool sure_ = true;
  std::map<std::pair<DecisionId, DecisionId>, bool> same_;
  std::map<DecisionId, bool> here_refused_, there_refused_;
};

} // namespace

bool always_skipped(std::string_view call) { return exempt(call); }
bool may_be_too_young(std::uint32_t number) { return common(number); }

bool PolicyDifferences::none() const {
  return sure && std::ranges::all_of(abis, [](const AbiDifferences& abi) { return abi.size() == 0; });
}

PolicyDifferences compare(const EffectiveTable& table, const SeccompPolicy& policy) {
  PolicyDifferences found;
  Comparison comparison(table, policy);
  for (const AbiPolicy& there : policy.abis) {
    const auto here = std::ranges::find(table.abis, there.abi, &AbiTable::abi);
    if (here != table.abis.end())
      found.abis.push_back(comparison.compare(*here, there));
  }
  found.sure = comparison.sure();
  return found;
}

} // namespace sbx
