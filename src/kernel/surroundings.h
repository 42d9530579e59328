// What is around a process that is started here, as far as it explains what is refused to it: switches of the
// kernel, maps, its root, its control groups, devices, installed programs?
#pragma once

#include <chrono>
#include <string>

namespace sbx {

// Lines of parse/trials.h, nearly all of them facts.
std::string look_around(std::chrono::steady_clock::time_point end);

// A program as the shell would find it, or where programs of the system are; empty: there is none.
std::string program_path(const std::string& name);

} // namespace sbx
