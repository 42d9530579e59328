// Where do a process's filters and a profile part?
#pragma once

#include "seccomp/effective_table.h"
#include "seccomp/policy_table.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx {

// A profile as it is for one process; the ABIs in the order of the table that it is compared with.
struct SeccompPolicy {
  Decisions decisions;
  std::vector<AbiPolicy> abis;
};

enum class DifferenceKind {
  more,  // the filters let some of it through, and the profile nothing
  less,  // the profile lets some of it through, and the filters nothing
  other, // under other conditions, or with another answer
};

struct PolicyDifference {
  std::uint32_t number;  // the lowest of those without a name
  std::string_view name; // empty: numbers above all that are known, for calls that later kernels may have
  DifferenceKind kind;
  DecisionId here;  // of the table's decisions
  DecisionId there; // of the policy's
};

struct AbiDifferences {
  SyscallAbi abi;
  // One of the two lets nothing of this ABI through and the other something: then the calls are not listed.
  bool refused_here = false, refused_there = false;
  std::vector<PolicyDifference> calls;
  // Refused here though the profile lets them through, and taken for the work of a libseccomp that does not
  // know these names yet: no younger call is let through, or its tables lack the name even now.
  std::vector<std::string_view> too_young;
  std::size_t size() const { return calls.size() + refused_here + refused_there; }
};

struct PolicyDifferences {
  std::vector<AbiDifferences> abis; // every one of both; without differences where they are the same
  bool sure = true;                 // everything could be compared
  bool none() const;
};

PolicyDifferences compare(const EffectiveTable& table, const SeccompPolicy& policy);

bool always_skipped(std::string_view call);  // never a difference
bool may_be_too_young(std::uint32_t number); // can be among AbiDifferences::too_young

} // namespace sbx
