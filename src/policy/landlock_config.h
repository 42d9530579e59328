// What does a file of the landlockconfig library ask for? JSON and TOML, as its schema and its parser say.
#pragma once

#include "policy/policy.h"

namespace sbx {

// The file says by its first character which of the two it is.
Result<Policy> parse_landlock_config(const PolicyFile& file);

} // namespace sbx
