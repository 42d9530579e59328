// Which processes does our /proc show? In the dialect of parse/processes.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

// `proc`: "/proc", proved to be a procfs of our PID namespace. Nothing that is read here waits for a file
// system or for the memory of a process, so nothing is forked; the machine's processors share the work.
Reading read_processes(int proc);

// The same of one process, of those that it descends from and of those that descend from it; at most 64 above
// and 256 below, and what is more says "cut".
Reading read_kin(const ProcTarget& target);

} // namespace sbx
