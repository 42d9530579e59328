// Of which kind is a policy file? By what it says, never by its name.
#pragma once

#include "policy/policy.h"

namespace sbx {

// JSON by the keys of its top; a unit by a section of its own; TOML and YAML by the keys that begin a line.
Result<PolicyKind> policy_kind_of(const PolicyFile& file);

} // namespace sbx
