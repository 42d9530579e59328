// Who owns the target's user namespace, and which are its ancestors? ioctl_ns(2); the dialect of
// parse/user_ns.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

Reading read_user_ns(const ProcTarget& target);

// Which user namespaces own the mnt and the net namespace of the main thread, as properties: inode, inode of
// the owner.
Reading read_ns_owners(const ProcTarget& target);

} // namespace sbx
