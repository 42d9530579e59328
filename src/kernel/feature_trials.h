// Which of the kernel's other means does it give to a process that is started here: virtual machines, BPF,
// tracing, audit, devices, control groups?
#pragma once

#include <chrono>
#include <string>

namespace sbx {

// Lines of parse/trials.h.
std::string try_features(std::chrono::steady_clock::time_point end);

} // namespace sbx
