// What stands in the target's /etc/resolv.conf? Its bytes, for parse/resolv_conf.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

// ENOENT: there is none, as the C library of the target would find. A target that is gone is ESRCH.
Reading read_resolv_conf(const ProcTarget& target);

} // namespace sbx
