// Does one process look like that of a launcher, and by what?
#pragma once

#include "launchers/launcher_row.h"
#include "launchers/lineage.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct ProcessClue {
  std::vector<LauncherEvidence> evidence;
  std::vector<std::string> against;
  std::string instance;
};

// Nothing where it is no process of that launcher. One that is only called so, and executes something else,
// has that against it.
std::optional<ProcessClue> process_clue(const LauncherRow& row, const Lineage& lineage,
                                        const Process& process);

// Which namespaces of the sandbox are not those of `process`. What the row says that it always has of its
// own, and what it shares, is against it.
void add_own_namespaces(const LauncherRow& row, const Lineage& lineage, const Process& process,
                        ProcessClue& clue);

} // namespace sbx
