// Which files make up a systemd unit? Its fragment and its drop-ins, found as systemd.unit(5) says, without
// asking systemd.
#pragma once

#include "core/error.h"
#include "policy/policy.h"

#include <string>
#include <vector>

namespace sbx {

// Of the system's manager, in the order in which they are read: "sshd", "sshd.service", "getty@tty1". Below
// `root`; links in it that are absolute stay in it. Aliases count as further names. A masked unit is an
// error, and so is one without a fragment.
Result<std::vector<PolicyFile>> unit_files(const std::string& unit, const std::string& root = "");

} // namespace sbx
