#include "seccomp/nearest_profile.h"

#include "rules/capability_names.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <bit>

namespace sbx {

namespace {

struct Capabilities {
  std::uint64_t mask;
  bool own;
};

// The other ABIs repeat most of what the native one shows.
std::size_t distance_of(const PolicyDifferences& differences) {
  std::set<std::pair<DifferenceKind, std::string_view>> names;
  std::size_t whole = 0;
  for (const AbiDifferences& abi : differences.abis) {
    names.merge(differing_names(abi));
    whole += abi.refused_here + abi.refused_there;
  }
  return names.size() + whole;
}

// Which sets of capabilities its rules may have been taken for: that of the process first, then what the
// project gives, for a process may have dropped some since; none, as for --cap-drop; and of a program by
// itself all, as for --privileged.
std::vector<Capabilities> capability_sets(const ReferenceProfile& profile, std::uint64_t asks_for,
                                          const MatchSubject& subject) {
  std::vector<Capabilities> sets;
  const auto add = [&](std::uint64_t mask, bool own) {
    const bool known = std::ranges::any_of(
        sets, [&](const Capabilities& set) { return ((set.mask ^ mask) & asks_for) == 0; });
    if (!known)
      sets.push_back({mask, own});
  };
  if (subject.bounding)
    add(*subject.bounding, true);
  add(profile.capabilities, false);
  add(0, false);
  if (!subject.bounding) // one that is for every capability is another profile, and much weaker
    add(all_capabilities(last_named_capability), false);
  return sets;
}

bool lets_through_by_default(const EffectiveTable& table) {
  const AbiTable& native = table.abis.front();
  if (native.default_action)
    return !refuses(*native.default_action);
  const auto passes = [&](const SyscallDecision& call) {
    return call.decision && !std::ranges::all_of(actions_of(table.decisions, *call.decision), refuses);
  };
  return 2 * std::ranges::count_if(native.calls, passes) > std::ssize(native.calls);
}

// Bits of reference_names(), of the native ABI.
struct Certain {
  std::vector<std::uint64_t> passes;  // some of it gets through
  std::vector<std::uint64_t> refused; // nothing of it; without those that compare() may put down to age
};

Certain certain_of(const EffectiveTable& table) {
  const std::vector<std::string_view>& names = reference_names();
  Certain certain{std::vector<std::uint64_t>(names.size() / 64 + 1), {}};
  certain.refused = certain.passes;
  for (const SyscallDecision& call : table.abis.front().calls) {
    const auto found = std::ranges::lower_bound(names, call.name);
    if (found == names.end() || *found != call.name || !call.decision || always_skipped(call.name))
      continue;
    const bool refused = std::ranges::all_of(actions_of(table.decisions, *call.decision), refuses);
    if (refused && may_be_too_young(call.number))
      continue;
    const auto at = static_cast<std::size_t>(found - names.begin());
    (refused ? certain.refused : certain.passes)[at / 64] |= std::uint64_t{1} << at % 64;
  }
  return certain;
}

// How many calls a profile stands for, to say how much of it is left. Nothing: its own rules tell.
std::optional<std::size_t> weight_of(const ReferenceVersion& version) {
  if (version.open || version.filters.front().program)
    return std::nullopt;
  std::size_t lets = 0;
  for (const std::uint64_t word : version.lets)
    lets += static_cast<std::size_t>(std::popcount(word));
  return lets;
}

// Less than half of what a profile says makes nothing like it.
bool too_far(std::size_t distance, std::optional<std::size_t> weight) {
  return distance > 0 && weight && 2 * distance >= *weight;
}

// In how many calls it differs at least.
std::size_t least_distance(const Certain& certain, const ReferenceVersion& version) {
  std::size_t least = 0;
  for (std::size_t i = 0; i < certain.passes.size(); ++i)
    least += static_cast<std::size_t>(std::popcount(certain.passes[i] & version.refuses[i]) +
                                      std::popcount(certain.refused[i] & version.lets[i]));
  return least;
}

class Search {
public:
  Search(const EffectiveTable& table, const MatchSubject& subject) : table_(table), subject_(subject) {
    for (const AbiTable& abi : table.abis)
      abis_.push_back(abi.abi);
  }

  // What lets through what no rule speaks of is hundreds of calls away from what does not. Of the others,
  // those that can be nearest first: what is far away for sure is not even parsed.
  void run() {
    struct Start {
      const ReferenceProfile* profile;
      const ReferenceVersion* version;
      std::size_t least;
    };
    const bool open = lets_through_by_default(table_);
    const Certain certain = certain_of(table_);
    std::vector<Start> starts;
    for (const ReferenceProfile& profile : reference_profiles())
      for (const ReferenceVersion& version : profile.versions)
        if (version.open == open)
          starts.push_back({&profile, &version, least_distance(certain, version)});
    std::ranges::stable_sort(starts, {}, &Start::least);
    for (const Start& start : starts)
      if (start.least <= nearest_ && !too_far(start.least, weight_of(*start.version)))
        look_at(*start.profile, *start.version, start.least);
  }

  // The nearest first; of those that are equally near, the one that explains most without a runtime's age.
  std::vector<NearProfile> take() {
    std::ranges::stable_sort(found_, {}, [](const NearProfile& one) {
      const auto& abis = one.differences.abis;
      return std::pair(one.distance, abis.empty() ? 0 : abis.front().too_young.size());
    });
    return std::move(found_);
  }

private:
  void look_at(const ReferenceProfile& profile, const ReferenceVersion& version, std::size_t least) {
    const LoadedReference reference(version);
    for (const Capabilities& capabilities : capability_sets(profile, reference.asks_for(), subject_)) {
      if (least > nearest_ || too_far(least, weight_of(version)))
        return;
      NearProfile one = compared(reference, capabilities, {abis_.front()});
      one.distance = distance_of(one.differences);
      const std::size_t conditional = reference.conditional_calls();
      least = std::max(least, one.distance - std::min(one.distance, conditional));
      if (one.distance > nearest_) // in all ABIs there can only be more
        continue;
      one = compared(reference, capabilities, abis_);
      one.distance = distance_of(one.differences);
      one.profile = &profile;
      one.version = &version;
      one.weight = weight_of(version).value_or(one.policy.abis.front().calls.size());
      nearest_ = std::min(nearest_, one.distance);
      found_.push_back(std::move(one));
      if (found_.back().distance == 0)
        return; // for the first of the sets that fits
    }
  }

  NearProfile compared(const LoadedReference& reference, Capabilities capabilities,
                       const std::vector<SyscallAbi>& abis) const {
    NearProfile one;
    one.capabilities = capabilities.mask;
    one.own = capabilities.own;
    one.policy.abis = reference.table({capabilities.mask, abis, subject_.kernel}, one.policy.decisions);
    one.differences = compare(table_, one.policy);
    return one;
  }

  const EffectiveTable& table_;
  const MatchSubject& subject_;
  std::vector<SyscallAbi> abis_;
  std::vector<NearProfile> found_;
  std::size_t nearest_ = ~std::size_t{0};
};

} // namespace

std::set<std::pair<DifferenceKind, std::string_view>> differing_names(const AbiDifferences& abi) {
  std::set<std::pair<DifferenceKind, std::string_view>> names;
  for (const PolicyDifference& call : abi.calls)
    names.emplace(call.kind, call.name);
  return names;
}

std::vector<NearProfile> nearest_profiles(const EffectiveTable& table, const MatchSubject& subject) {
  if (table.abis.empty())
    return {};
  Search search(table, subject);
  search.run();
  std::vector<NearProfile> found = search.take();
  if (!found.empty() && too_far(found.front().distance, found.front().weight))
    found.clear();
  return found;
}

} // namespace sbx
