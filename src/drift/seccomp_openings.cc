#include "drift/seccomp_openings.h"

#include "seccomp/branches.h"

#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_branches = 256;

// Whoever supervises a call may let it through.
int openness(SeccompAction action) { return refuses(action) ? 0 : lets_through(action) ? 2 : 1; }

struct Openness {
  bool more = false, less = false, unsure = false;
};

// Each way through the one tree, and every end that the same arguments come to in the other.
Openness compared(const Decisions& here, DecisionId left, const Decisions& there, DecisionId right) {
  Openness found;
  const SeccompBranches branches = branches_of(here, left, most_branches);
  found.unsure = branches.cut;
  for (const SeccompBranch& branch : branches.list)
    for (const SeccompAction other : endings(there, right, branch.words)) {
      const int open = openness(branch.action) - openness(other);
      (branch.computed && open != 0 ? found.unsure : open > 0 ? found.more : found.less) |= open != 0;
    }
  return found;
}

} // namespace

SeccompOpenings seccomp_openings(const EffectiveTable& table, const SeccompPolicy& policy) {
  const PolicyDifferences differences = compare(table, policy);
  SeccompOpenings found;
  found.sure = differences.sure && table.disputed.empty();
  for (const AbiDifferences& abi : differences.abis) {
    if (abi.refused_here)
      found.less.push_back(fmt::format("every call of {}", abi_name(abi.abi)));
    if (abi.refused_there)
      found.more.push_back(fmt::format("every call of {}", abi_name(abi.abi)));
    for (const PolicyDifference& call : abi.calls) {
      const std::string plain(call.name.empty() ? "numbers of later kernels" : call.name);
      const std::string name =
          abi.abi == table.abis.front().abi ? plain : fmt::format("{}: {}", abi_name(abi.abi), plain);
      const Openness open = compared(table.decisions, call.here, policy.decisions, call.there);
      if (open.more)
        found.more.push_back(name);
      if (open.less)
        found.less.push_back(name);
      if (open.unsure && !open.more)
        found.unsure.push_back(name);
    }
  }
  return found;
}

} // namespace sbx
