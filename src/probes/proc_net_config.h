// How is the target's network set up, where its namespace may not be entered? Of the namespace of its first
// living thread; others of its threads may live in others (probes/target_ns.h).
#pragma once

#include "parse/net_config.h"
#include "probes/witness.h"

namespace sbx {

// `files` says which parts were seen. A gap where not even the names of interfaces were, nor the routes of
// either family. A kernel without IPv6 has neither of its files though it has the others: that is seen, and
// then there are no routes of IPv6.
Observation<NetConfig> proc_net_config(Witness& witness);

} // namespace sbx
