#include "seccomp/profile_match.h"

#include "seccomp/branches.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

// Above this, what two profiles share says no more about where one is from.
constexpr std::size_t most_differences = 24;

// Two projects that have the same profile are no rivals: these filters differ from both in the same.
bool same_calls(const PolicyDifferences& one, const PolicyDifferences& other) {
  return std::ranges::equal(
      one.abis, other.abis, [](const AbiDifferences& left, const AbiDifferences& right) {
        return left.abi == right.abi && left.refused_here == right.refused_here &&
               left.refused_there == right.refused_there && differing_names(left) == differing_names(right);
      });
}

MatchedCalls matched_calls(const AbiDifferences& abi) {
  MatchedCalls matched{abi.abi, abi.refused_here, abi.refused_there, {}, {}, {}};
  for (const PolicyDifference& call : abi.calls) {
    auto& list = call.kind == DifferenceKind::more   ? matched.more
                 : call.kind == DifferenceKind::less ? matched.less
                                                     : matched.other;
    list.emplace_back(call.name.empty() ? "numbers of later kernels" : call.name);
  }
  return matched;
}

void describe(ProfileMatch& match, const NearProfile& nearest) {
  match.id = nearest.profile->id;
  match.title = nearest.profile->title;
  match.capabilities = nearest.capabilities;
  match.own_capabilities = nearest.own;
  match.distance = nearest.distance;
  match.sure = nearest.differences.sure;
  if (nearest.differences.abis.empty())
    return;
  const AbiDifferences& native = nearest.differences.abis.front();
  match.too_young.assign(native.too_young.begin(), native.too_young.end());
  if (nearest.distance == 0)
    return;
  const auto names = differing_names(native);
  for (const AbiDifferences& abi : nearest.differences.abis) {
    const bool again = std::ranges::includes(names, differing_names(abi));
    if (&abi == &native || abi.refused_here || abi.refused_there || !again)
      match.differences.push_back(matched_calls(abi));
  }
}

// Not even asking somebody else: what is only logged is carried out.
bool denies_nothing(const EffectiveTable& table) {
  const auto lets = [&](const auto& one) {
    return one.decision && std::ranges::all_of(actions_of(table.decisions, *one.decision), lets_through);
  };
  return std::ranges::all_of(table.abis, [&](const AbiTable& abi) {
    return std::ranges::all_of(abi.calls, lets) && std::ranges::all_of(abi.others, lets);
  });
}

std::vector<std::string_view> refused_groups(const EffectiveTable& table) {
  std::vector<std::string_view> found;
  const AbiTable& native = table.abis.front();
  std::set<std::string_view> known, open;
  for (const SyscallDecision& call : native.calls) {
    known.insert(call.name);
    if (!call.decision || !std::ranges::all_of(actions_of(table.decisions, *call.decision), refuses))
      open.insert(call.name);
  }
  for (const SyscallSet& set : syscall_sets()) {
    const auto here = [&](std::string_view call) { return known.contains(call); };
    const auto passes = [&](std::string_view call) { return open.contains(call); };
    if (std::ranges::any_of(set.calls, here) && std::ranges::none_of(set.calls, passes))
      found.push_back(set.name);
  }
  return found;
}

} // namespace

ProfileMatch match_profile(const EffectiveTable& table, const MatchSubject& subject) {
  ProfileMatch match;
  if (table.abis.empty())
    return match;
  match.refused_groups = refused_groups(table);
  match.denies_nothing = denies_nothing(table);
  const std::vector<NearProfile> found = nearest_profiles(table, subject);
  if (found.empty())
    return match;
  const NearProfile& nearest = found.front();
  describe(match, nearest);
  bool rivals = false;
  for (const NearProfile& one : found) {
    if (one.distance != nearest.distance)
      break;
    if (one.profile == nearest.profile)
      match.versions.push_back(one.version->version);
    else if (!same_calls(one.differences, nearest.differences))
      rivals = true;
    else if (std::ranges::find(match.equal_ids, one.profile->id) == match.equal_ids.end())
      match.equal_ids.push_back(one.profile->id);
  }
  if (nearest.distance == 0 && nearest.differences.sure)
    match.relation = ProfileRelation::equals;
  else if (nearest.distance <= most_differences && !rivals && nearest.differences.sure)
    match.relation = ProfileRelation::differs;
  return match;
}

} // namespace sbx
