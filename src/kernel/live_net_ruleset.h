// Which packet filter rules do the target's network namespaces hold? target/net/ruleset.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

Reading read_net_ruleset(const ProcTarget& target);

} // namespace sbx
