// Which variables are in the environment of the target? Their names, never their values. Written in the
// dialect of parse/environ_names.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <string_view>

namespace sbx {

Reading read_environ_names(const ProcTarget& target);

std::string environ_name_lines(std::string_view environment); // of /proc/PID/environ, the pure part

} // namespace sbx
