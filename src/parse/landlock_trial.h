// What did Landlock answer a throw-away child of ours? The dialect of self/landlock:
//
//   abi 7                     landlock_create_ruleset(2) with the version flag, or !ERRNO
//   errata 7                  the same with the errata flag, or !ERRNO (EINVAL: older than that question)
//   depth 0                   layers the inspector itself lives under: 16 less those it could still add, or
//                             !ERRNO
//   trial open_denied EACCES EACCES      what was tried under a ruleset of its own, what had to come, what
//   came present bind_tcp 127.0.0.1:0 ok EACCES    a right, what it was tried on in the domain that the
//   inspector
//                             lives in already, what ordinary permission says, what came
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
  struct Present {
    std::string right, object, ordinary, outcome; // the last two: ok, or an errno's name
  };
  Answer abi, errata, depth;
  std::vector<Step> steps;      // empty when Landlock could not be used at all
  std::vector<Present> present; // empty when it was not tried
};

Parsed<LandlockTrial> parse_landlock_trial(std::string_view text);

} // namespace sbx
