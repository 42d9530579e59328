// Which connections does the user want to have tried from inside the target's network (--probe)? This alone
// of all that an inspection does sends packets.
#pragma once

#include "core/error.h"
#include "parse/net_attempts.h"
#include "probes/witness.h"

#include <string>
#include <vector>

namespace sbx {

// ErrorKind::usage for what is no "tcp:ADDRESS:PORT".
Result<std::vector<SocketAddress>> attempt_addresses(const std::vector<std::string>& texts);

// Each address, from every network namespace that a thread lives in, as the user that this thread is. What
// came of it is told by Witness::attempts_made().
void try_connections(Witness& witness, const std::vector<SocketAddress>& addresses);

} // namespace sbx
