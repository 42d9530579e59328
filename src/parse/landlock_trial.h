// What did Landlock answer a throw-away child of ours? The dialect of self/landlock:
//
//   abi 7                     landlock_create_ruleset(2) with the version flag, or !ERRNO
//   errata 7                  the same with the errata flag, or !ERRNO (EINVAL: older than that question)
//   depth 0                   layers the inspector itself lives under: 16 less those it could still add, or
//   !ERRNO trial open_denied EACCES EACCES      what was tried under a ruleset of its own, what had to come,
//   what came
#pragma once

#include "parse/malformed.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct LandlockTrial {
  using Answer = tl::expected<unsigned, int>; // or an errno
  struct Step {
    std::string action, expected, outcome; // ok, or an errno's name
    bool as_expected() const { return expected == outcome; }
  };
  Answer abi, errata, depth;
  std::vector<Step> steps; // empty when Landlock could not be used at all
};

Parsed<LandlockTrial> parse_landlock_trial(std::string_view text);

} // namespace sbx
