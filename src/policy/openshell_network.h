// Which parts of an OpenShell policy are about the network? Known by name, and enforced where no layer shows
// it.
#pragma once

#include "policy/fields.h"
#include "policy/policy.h"

namespace sbx {

// Asks `top` for its network sections; a row for each rule. Whether there is a rule of network_policies.
bool openshell_network(Fields& top, std::vector<Wish<Unchecked>>& unchecked);

} // namespace sbx
