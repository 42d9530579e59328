// What is wrong with the filters of a process, or could be better, though they are enforced?
#pragma once

#include "core/warning.h"
#include "probes/seccomp_view.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// Of a process: rated by what its capabilities, threads and namespaces leave of each.
std::vector<Warning> seccomp_warnings(Witness& witness, const SeccompView& view);
// Of a program by itself, which no process is known to have.
std::vector<Warning> seccomp_warnings(const SeccompView& view);

} // namespace sbx
