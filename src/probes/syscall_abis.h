// Does this kernel take system calls by that way at all? A filter need not close what is not there.
#pragma once

#include "probes/witness.h"
#include "rules/syscall_abi.h"

#include <optional>

namespace sbx {

// Nothing: not seen, or a filter on the inspector may have answered.
std::optional<bool> offers(Witness& witness, SyscallAbi abi);

} // namespace sbx
