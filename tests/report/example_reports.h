// Which reports are drawn and validated in the tests? One for each state of each kind, made without a kernel.
#pragma once

#include "report/report.h"

namespace sbx::examples {

Report observed();      // root with BPF; every state but unknown; one requirement met and one not
Report unprivileged();  // nothing may be read; a remedy; requirements that stay open
Report hostile();       // from inside; the target tries to draw on the terminal
Report kernel_thread(); // without requirements
Report launched();      // with a trace: one event of each kind, a path skipped, something lost

} // namespace sbx::examples
