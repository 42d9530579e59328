// What stands at paths of the target? Written in the dialect of parse/path_spots.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// Looked up inside the target's root, links not followed. Each path is named once.
Reading read_paths(const ProcTarget& target, const std::vector<std::string>& paths);

} // namespace sbx
