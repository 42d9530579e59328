// Who made the process that a report is about, and what is it among its like? Hints and names, apart from the
// layers: nothing here changes what is said of one.
#pragma once

#include "core/finding.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct MadeBy {
  Claims launchers = Claims::array(); // launchers/launcher_claims.h says their shape
  std::string chain;              // "systemd > podman > bwrap", escaped; empty where nobody was recognised
  std::string role;               // docs/targets.md; empty where it is in no sandbox that was seen
  std::vector<std::string> notes; // what the user should know of this target, escaped
  std::optional<Gap> gap;         // why nothing was seen
};

Claims made_by_json(const MadeBy& made_by);

} // namespace sbx
