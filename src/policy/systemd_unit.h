// What does a systemd service ask for? The sandbox settings of systemd.exec(5), of a unit file and its
// drop-ins, for a service of the system's manager.
#pragma once

#include "core/error.h"
#include "policy/policy.h"

#include <vector>

namespace sbx {

// In the order in which systemd reads them. Each setting of the sandbox becomes wishes, or a row that says
// why it cannot be compared; one that is off asks for nothing. Values that systemd would pass over with a
// warning are errors; settings that it does not know are notes.
Result<Policy> parse_systemd_unit(const std::vector<PolicyFile>& files);

} // namespace sbx
