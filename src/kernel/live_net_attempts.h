// Does a connection from inside the target's network namespace come about? Only where the user asked for it:
// this sends packets. The dialect of parse/net_attempts.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// By a child that joins the network namespace and takes the user and group of the question; a connection that
// came about is closed at once, and nothing is written to it. At most 32, three seconds for all of them
// together.
Reading read_net_attempts(const ProcTarget& target, const std::vector<std::string>& questions);

} // namespace sbx
