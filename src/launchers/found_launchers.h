// The launchers that were found so far, each with the row that found it and where it stands.
#pragma once

#include "launchers/launcher_row.h"
#include "launchers/launcher_sight.h"
#include "launchers/lineage.h"
#include "launchers/process_clue.h"
#include "rules/container_cgroup.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sbx {

struct FoundLauncher {
  const LauncherRow* row = nullptr;
  Launcher launcher;
  const Process* process = nullptr;   // the outermost that launched; null: none is left
  std::vector<std::string> last_argv; // of the innermost
  std::size_t last_depth = 0;         // where that stands in the lineage
  bool has_cgroup = false;
};

using FoundLaunchers = std::vector<FoundLauncher>; // outermost first

// From the processes that the sandbox descends from.
FoundLaunchers launchers_by_processes(const Lineage& lineage);
// Adds what the control groups of the sandbox say.
void add_cgroup_clues(const Lineage& lineage, FoundLaunchers& found);
// Adds what else was seen of the sandbox, and hints that rest on nothing but that.
void add_sight_clues(const Lineage& lineage, const LauncherSight& sight, FoundLaunchers& found);

} // namespace sbx
