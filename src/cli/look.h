// Whom does the name of a target mean right now? One look at the machine.
#pragma once

#include "cli/machine.h"
#include "launchers/launcher.h"
#include "sandbox/target_name.h"

#include <sys/types.h>

namespace sbx {

struct Look {
  Machine machine;
  Choice choice;                 // without the inspector
  Named named;                   // what runtimes say of containers
  std::vector<Command> commands; // of those that tell who made it, as far as they were seen
};

// `name` is of more than one process. ErrorKind::target where nothing, or more than one thing, is called so.
Result<Look> look_for(const TargetName& name);

// For what is about one process: that one, where only one runs; else ErrorKind::target, naming them.
Result<pid_t> only_process(const TargetName& name);

} // namespace sbx
