// Can a process that is started here put a seccomp filter on itself, and does it hold? seccomp(2).
#pragma once

#include <chrono>
#include <string>

namespace sbx {

// Lines of parse/trials.h: no_new_privs, each way to put a filter on, user notification, the actions.
std::string try_filters(std::chrono::steady_clock::time_point end);

} // namespace sbx
