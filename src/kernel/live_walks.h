// What does the kernel meet when the target looks a path up? Written in the dialect of parse/path_walks.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// From the target's root, each name by itself, links read and followed by us inside that root. Each path is
// named once.
Reading read_walks(const ProcTarget& target, const std::vector<std::string>& paths);

} // namespace sbx
