#include "probes/seccomp_against.h"

#include "rules/capability_names.h"
#include "seccomp/conditions.h"
#include "seccomp/policy_difference.h"

namespace sbx {

namespace {

std::string_view kind_name(DifferenceKind kind) {
  switch (kind) {
  case DifferenceKind::more:
    return "plus";
  case DifferenceKind::less:
    return "minus";
  case DifferenceKind::other:
    break;
  }
  return "changed";
}

Claims decision_claim(const Decisions& decisions, DecisionId id, SyscallAbi abi, std::string_view syscall) {
  const Decision& node = decisions.at(id);
  if (node.leaf)
    return {{"action", action_name(node.action)}};
  Claims list = Claims::array();
  for (const SeccompCondition& it : conditions_of(decisions, id, abi, syscall).list)
    list.push_back({{"when", it.when}, {"action", action_name(it.action)}});
  return {{"action", "conditional"}, {"conditions", std::move(list)}};
}

} // namespace

Result<Claims> seccomp_against(const SeccompView& view, const MatchSubject& subject,
                               const OciProfile& profile) {
  const std::uint64_t capabilities = subject.bounding.value_or(0);
  SeccompPolicy policy;
  auto abis = policy_table(profile, {capabilities, view.abis, subject.kernel}, policy.decisions);
  if (!abis)
    return tl::unexpected<Error>(abis.error());
  policy.abis = std::move(*abis);
  const PolicyDifferences found = compare(view.table, policy);
  Claims calls = Claims::array(), whole = Claims::array(), too_young = Claims::array();
  for (const AbiDifferences& abi : found.abis) {
    if (abi.refused_here || abi.refused_there)
      whole.push_back({{"architecture", abi_name(abi.abi)},
                       {"refused_here", abi.refused_here},
                       {"refused_there", abi.refused_there}});
    for (const PolicyDifference& it : abi.calls)
      calls.push_back({{"architecture", abi_name(abi.abi)},
                       {"syscall", it.name.empty() ? Claims() : Claims(it.name)},
                       {"number", it.number},
                       {"kind", kind_name(it.kind)},
                       {"here", decision_claim(view.table.decisions, it.here, abi.abi, it.name)},
                       {"there", decision_claim(policy.decisions, it.there, abi.abi, it.name)}});
    if (abi.abi == view.abis.front())
      for (const std::string_view name : abi.too_young)
        too_young.push_back(name);
  }
  const bool none = calls.empty() && whole.empty();
  // A process has a bounding set; where that was not seen, what the profile is for it is not known.
  const bool unseen = !subject.bounding && !view.threads.empty();
  return Claims{{"same", unseen || (none && !found.sure) ? Claims() : Claims(none)},
                {"capabilities", unseen ? Claims() : Claims(capability_names(capabilities))},
                {"differences", std::move(calls)},
                {"architectures", std::move(whole)},
                {"too_young", std::move(too_young)}};
}

} // namespace sbx
