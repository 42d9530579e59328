// What does an OCI runtime config.json ask for?
#pragma once

#include "policy/policy.h"

namespace sbx {

// Of the runtime specification, as runc and crun take it. Keys that are not known are allowed, as the
// specification says; what is known and malformed is an error.
Result<Policy> parse_oci_config(const PolicyFile& file);

} // namespace sbx
