// Which BPF programs are loaded that could decide over other processes? How many of each type: what an LSM
// program or one of a cgroup forbids shows in no other source.
#pragma once

#include "core/reading.h"

namespace sbx {

// Properties, each a count: the types below, `other`, and `modify_return`: attachments that can change what a
// function of the kernel returns. EPERM without CAP_SYS_ADMIN of the initial user namespace.
Reading read_bpf_programs();

} // namespace sbx
