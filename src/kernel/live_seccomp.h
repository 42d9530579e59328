// Which seccomp filters does the kernel hold for each thread of a process? Read from kernel memory by BPF:
// /proc tells how many, and ptrace(2) would have to stop the target.
#pragma once

#include "core/reading.h"

namespace sbx {

// The text of source::target_seccomp. The target is not stopped and not changed. Refusals, each with what to
// do:
//   ENOSYS no bpf(2); EPERM may not use it; ENOENT no BTF; EOPNOTSUPP BTF without seccomp filters
//   EINVAL the kernel refused the programs (lockdown, or too old); E2BIG older than 6.1
//   EBADMSG, EFAULT what was read contradicts itself; EFBIG, ENOBUFS too many; ESRCH the target ended
Reading read_seccomp_filters(int pidfd);

} // namespace sbx
