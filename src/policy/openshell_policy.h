// What does an OpenShell policy ask for? The YAML of all its generations, Ryno among them, and what OpenShell
// adds to it at start.
#pragma once

#include "policy/policy.h"

namespace sbx {

// As strict as OpenShell itself, and stricter where it takes a misspelt word for the weaker one.
Result<Policy> parse_openshell_policy(const PolicyFile& file, const Enrichment& enrichment);

} // namespace sbx
