// Which seccomp filters does ptrace(2) show of each thread of a process? For kernels whose memory may not be
// read, and only where the user asks for it: each thread that has filters is stopped for a moment.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

// The text of source::target_seccomp, `via=ptrace`. A thread is stopped only where its mode says that it has
// filters, and only after all is there that reading them needs: so where it would be refused, nothing was
// touched. See seccomp_trace.h for what a thread notices. Refusals, each with what to do:
//   EACCES we have a filter ourselves, or no CAP_SYS_ADMIN in the initial user namespace
//   EPERM  may not trace it, or another traces it already; EOPNOTSUPP a kernel that does not show filters
//   ETIMEDOUT a thread did not stop; EFBIG too many; ESRCH the target ended
Reading read_seccomp_filters_by_ptrace(const ProcTarget& target);

} // namespace sbx
