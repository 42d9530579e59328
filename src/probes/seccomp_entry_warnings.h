// Are the ways into the kernel beside the native one left open? 32-bit calls, x32, and numbers that nobody
// thought of.
#pragma once

#include "core/warning.h"
#include "probes/seccomp_view.h"

#include <vector>

namespace sbx {

std::vector<Warning> seccomp_entry_warnings(const SeccompView& view);

} // namespace sbx
