// Which known profiles are nearest to these filters? What the answer means, says profile_match.h.
#pragma once

#include "seccomp/policy_difference.h"
#include "seccomp/reference_profile.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

struct MatchSubject {
  std::optional<std::uint64_t> bounding; // of capabilities; nothing: not known
  std::optional<KernelVersion> kernel;
};

struct NearProfile {
  const ReferenceProfile* profile = nullptr;
  const ReferenceVersion* version = nullptr;
  std::uint64_t capabilities = 0; // for which its rules were taken
  bool own = true;                // those of the process
  SeccompPolicy policy;
  PolicyDifferences differences;
  std::size_t distance = 0; // calls that differ, in all ABIs; the same name counts once
  std::size_t weight = 0;   // how many calls the profile is about
};

// The nearest first. Those behind the first are complete only as far as they are equally near. Empty: there
// is none of which half is left.
std::vector<NearProfile> nearest_profiles(const EffectiveTable& table, const MatchSubject& subject);

std::set<std::pair<DifferenceKind, std::string_view>> differing_names(const AbiDifferences& abi);

} // namespace sbx
