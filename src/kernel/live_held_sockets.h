// What are the sockets that the target holds? pidfd_getfd(2) (5.6), and questions that change nothing. See
// parse/held_sockets.h for the text.
#pragma once

#include "kernel/proc_target.h"

namespace sbx {

Reading read_held_sockets(const ProcTarget& target);

} // namespace sbx
