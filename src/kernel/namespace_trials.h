// Which namespaces can a process get that is started here, and what for? Each is made by a child, alone and
// below a user namespace of its own, with the experiments that tell who refuses.
#pragma once

#include <chrono>
#include <string>

namespace sbx {

// Lines of parse/trials.h.
std::string try_namespaces(std::chrono::steady_clock::time_point end);

} // namespace sbx
