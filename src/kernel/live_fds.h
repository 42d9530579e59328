// Which descriptors does the target hold? In the dialect of parse/fds.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

// In a child with a deadline: following the link of a descriptor asks a network file system whether its root
// is still good (d_weak_revalidate of NFS and 9p), which may never answer. Of the inspector itself, what it
// opened itself is left out: all of that, and nothing that it was given, closes on exec.
Reading read_fds(const ProcTarget& target);

} // namespace sbx
