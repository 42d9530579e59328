// Which Landlock domain does the kernel hold for each thread of a process? Read from kernel memory by BPF:
// nothing in /proc tells, to 7.3 at least.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_objects.h"

namespace sbx {

// The text of source::target_landlock. The target is not stopped and not changed. Refusals, each with what to
// do:
//   as landlock_create_ruleset(2) answered, when this kernel enforces no Landlock or we may not ask
//   ENOSYS no bpf(2); EPERM may not use it; ENOENT no BTF; EOPNOTSUPP BTF without Landlock
//   EINVAL the kernel refused the programs (lockdown, or too old); E2BIG older than 6.1
//   ENXIO the place of the domain was not found; EBADMSG, EFAULT what was read contradicts itself
//   ENOBUFS too many records; ESRCH the target ended
// `objects` numbers the layers: the same for two processes that are to be compared.
Reading read_landlock_domains(int pidfd, LandlockObjects& objects);

} // namespace sbx
