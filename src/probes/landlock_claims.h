// How far do the domains of a process reach, all its threads together? And how that is written into the
// claims.
#pragma once

#include "core/finding.h"
#include "parse/landlock_domains.h"
#include "probes/landlock_offered.h"
#include "rules/landlock_abi.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

// Of the weakest confined thread's domain: the one with the lowest level, then the fewest layers.
struct LandlockReach {
  unsigned level = 0; // 0 as soon as one thread is outside: the weakest task decides
  std::size_t layers = 0, domains = 0;
  std::uint64_t rules = 0;
  LandlockMasks masks;
  const LandlockDomain* weakest = nullptr; // in what the reach was made of
  std::string offset_from;
  Tally tally;
  std::vector<std::string> outside; // threads: "name (tid)", the first few
  std::optional<Gap> gap;           // a thread that was not seen

  static LandlockReach none(std::size_t tasks); // proved that none of them has a domain
};

LandlockReach landlock_reach(const LandlockDomains& domains, std::optional<unsigned> kernel_abi);

// Without a reach every claim about the domain is null: not seen.
Finding with_landlock_claims(Finding&& finding, const std::optional<LandlockReach>& reach,
                             const LandlockOffered& offered);

} // namespace sbx
