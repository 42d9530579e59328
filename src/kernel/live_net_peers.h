// Who is on the other side of the target's network interfaces? The dialect of parse/net_peers.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

// ENODATA where the target lives in the network namespace of the inspector, and nowhere else.
Reading read_net_peers(const ProcTarget& target);

} // namespace sbx
