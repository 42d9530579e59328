// What do the control groups of the target allow, as far up as the inspector sees them? Written in the
// dialect of parse/cgroup_limits.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

Reading read_cgroup_limits(const ProcTarget& target);

} // namespace sbx
