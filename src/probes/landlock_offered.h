// What does this kernel offer of Landlock, and what did the trial in a child of ours prove of it?
#pragma once

#include "probes/witness.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace sbx {

struct LandlockOffered {
  std::optional<unsigned> abi;        // 0: seen that this kernel offers none
  std::optional<unsigned> errata;     // a bitmap of what is fixed; empty before 6.15, or not backported
  std::optional<unsigned> own_layers; // that the inspector lives under
  std::string words;                  // the answer, for people
  bool none_can_exist = false;        // proved: no task of this kernel can have a domain
  nlohmann::json steps;               // of the trial: a list of {"action","expected","outcome"}, or null
};

LandlockOffered landlock_offered(Witness& witness);

} // namespace sbx
