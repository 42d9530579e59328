// What could be enforced for a process that is started here? self/trials: everything is tried in children,
// and undone by their death. self/launchers: launchers that are installed are started, on a program that does
// nothing.
#pragma once

#include "core/reading.h"

namespace sbx {

Reading read_trials();
Reading read_launcher_runs();

} // namespace sbx
