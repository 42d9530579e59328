// By which ways does this kernel take system calls? Tried: getpid(2), once by each, in a child that may die
// of it.
#pragma once

#include "core/reading.h"

namespace sbx {

// The text of source::host_syscall_abis, properties: "x32 yes", "x32 !ENOSYS", "i386 killed" (a signal ended
// the child). A filter on us can give all of these answers but the first.
Reading read_syscall_abis();

} // namespace sbx
