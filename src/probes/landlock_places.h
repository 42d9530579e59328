// Where is the file that a Landlock rule is about? By the name that the kernel holds, as the target sees it,
// and whether that file still stands there.
#pragma once

#include "probes/witness.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class PlaceStatus {
  live,     // the path leads to it; a port is always live
  deleted,  // it has no name any more; the rule holds for those who have it open
  replaced, // the path leads to something else, which the rule is not about
  hidden,   // something is mounted over it, or no mount shows it
  dead,     // its file system was unmounted: the rule is about nothing
  unnamed,  // the kernel holds no name of it at the moment
  unknown,  // could not be looked up
};

std::string_view place_status_name(PlaceStatus status);

struct LandlockPlace {
  PlaceStatus status = PlaceStatus::live;
  std::optional<std::string> path;  // raw bytes, from the target's root: where it is, or was
  std::vector<std::string> also_at; // other paths that lead to it
  std::string detail;               // in words; empty for what is live
};

// One for each rule of the domain, in its order.
std::vector<LandlockPlace> landlock_places(Witness& witness, const LandlockDomain& domain);

} // namespace sbx
