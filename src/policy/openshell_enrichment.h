// Which paths does OpenShell add to a policy before it applies it?
#pragma once

#include "policy/policy.h"

namespace sbx {

struct EnrichmentGround {
  bool has_network = false; // the policy has rules for the network: only then the baseline is added
  bool include_workdir = false;
  Mark workdir; // where it says so
};

// Of a policy with a Landlock wish. What the file says wins, but for /proc, which a GPU needs to write to.
void enrich_openshell_policy(Policy& policy, const Enrichment& enrichment, const EnrichmentGround& ground);

} // namespace sbx
