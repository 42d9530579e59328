// Which policy and which log does the user give? Read before anything is inspected, so that a mistake in them
// costs nothing.
#pragma once

#include "cli/command.h"
#include "policy/policy.h"
#include "policy/supervisor_log.h"

#include <optional>

namespace sbx {

// --policy FILE or systemd:UNIT, --policy-format, --enrich; nothing without --policy.
Result<std::optional<Policy>> policy_of(const Options& options);

Result<std::optional<SupervisorLog>> log_of(const Options& options); // --log

} // namespace sbx
