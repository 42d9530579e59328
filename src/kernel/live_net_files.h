// What does /proc show of the target's network namespace, without entering it? Files of /proc/PID/net, of its
// first living thread. The kernel asks for no privilege here (fs/proc/proc_net.c). Of the sockets more is
// told to who may join it.
#pragma once

#include "kernel/proc_target.h"

namespace sbx {

// One of them as it is: "dev", "fib_trie" ...
Reading read_net_file(const ProcTarget& target, const std::string& name);

// target/net/sockets: all tables of sockets, by sock_diag(7) where the namespace may be joined, else from
// /proc; each up to 24 MiB, 48 MiB in all, and for two seconds at most.
Reading read_net_sockets(const ProcTarget& target);
Reading read_net_socket_files(const ProcTarget& target); // from /proc alone

} // namespace sbx
