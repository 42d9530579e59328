// Where would the kernel send a packet from a network namespace of the target? RTM_GETROUTE of rtnetlink(7),
// which sends none; the dialect of parse/route_lookups.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// Questions such as "4026532008/1.1.1.1/1000", none empty and each once.
Reading read_net_lookups(const ProcTarget& target, const std::vector<std::string>& questions);

} // namespace sbx
