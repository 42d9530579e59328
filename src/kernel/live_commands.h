// What do processes execute, and with which words? In the dialect of parse/commands.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <vector>

namespace sbx {

// Of the words those that are no secret (core/plain_word.h). `pids`: decimal. In children with a deadline,
// for the words of a process are read from its memory, which may lie where nobody answers.
Reading read_commands(const ProcTarget& target, const std::vector<std::string>& pids);

} // namespace sbx
