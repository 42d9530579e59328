// What should somebody look at in the sockets of the target, and what is told of them on the network page?
#pragma once

#include "core/warning.h"
#include "probes/witness.h"

namespace sbx {

// network.unix_socket, network.abstract_socket (by the rows of rules/leading_sockets.h),
// network.outside_socket (held, and made in a network namespace that it does not live in),
// network.sockets_not_seen.
std::vector<Warning> socket_warnings(Witness& witness);

// "tables": counts of each table, "listening" (at most 64), "held", "outside", "leading", "not_searched";
// null where not seen.
Claims socket_claims(Witness& witness);

} // namespace sbx
