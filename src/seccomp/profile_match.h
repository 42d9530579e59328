// Which known profile do these filters come to, whatever instructions they are made of?
#pragma once

#include "seccomp/nearest_profile.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class ProfileRelation {
  equals,
  differs, // by so little that it must have been made from it
  none,    // of these; the nearest is named all the same
};

struct MatchedCalls {
  SyscallAbi abi;
  bool refused_here = false, refused_there = false; // AbiDifferences
  std::vector<std::string> more, less, other;       // DifferenceKind
};

struct ProfileMatch {
  ProfileRelation relation = ProfileRelation::none;
  std::string_view id, title;              // empty: nothing here is like these filters at all
  std::vector<std::string_view> versions;  // those of it that are equally near
  std::vector<std::string_view> equal_ids; // others of which all of this holds as well: they say the same
  std::uint64_t capabilities = 0;          // the set for which its rules were taken, where it asks for any
  bool own_capabilities = true;            // that is the bounding set of the process
  std::size_t distance = 0;                // NearProfile
  // The native ABI, then those in which other calls differ than in it.
  std::vector<MatchedCalls> differences;
  std::vector<std::string> too_young; // AbiDifferences, of the native ABI
  // systemd's groups of which no call gets through in the native ABI: "@module".
  std::vector<std::string_view> refused_groups;
  bool denies_nothing = false; // no call of any ABI: allowed, or only logged
  bool sure = true;            // all calls could be compared
};

// Of the filters of a process, or of a single one. The table's first ABI is the native one. Costs some
// milliseconds.
ProfileMatch match_profile(const EffectiveTable& table, const MatchSubject& subject);

} // namespace sbx
