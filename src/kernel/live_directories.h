// What do directories of the target's hold? Written in the dialect of parse/directories.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// At most 1,024 names of each. Nothing but the directory is opened, and none that a server keeps.
Reading read_directories(const ProcTarget& target, const std::vector<std::string>& paths);

} // namespace sbx
