// What does /proc show of the target's network namespace, without entering it? Files of /proc/PID/net, of its
// first living thread. The kernel asks for no privilege here (fs/proc/proc_net.c).
#pragma once

#include "kernel/proc_target.h"

namespace sbx {

// One of them as it is: "dev", "fib_trie" ...
Reading read_net_file(const ProcTarget& target, const std::string& name);

// target/net/sockets: all tables of sockets, each up to 24 MiB, and 48 MiB in all.
Reading read_net_sockets(const ProcTarget& target);

} // namespace sbx
