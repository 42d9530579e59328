// Which sockets live in the network namespace of this thread? As sock_diag(7) tells it. Unlike the files of
// /proc/net it takes as long as there are sockets: those of UDP are walked anew from the first for each page
// that is read (udp_seq_start() of 6.18: 100,000 take 17 s).
#pragma once

#include <chrono>
#include <string>

namespace sbx {

// The tables "tcp", "tcp6", "unix", "udp", "udp6", "raw" and "raw6", each as `tell` gets it: the lines of
// parse/net_sockets.h. One that the kernel does not tell this way (ENOENT without its *_diag module, EPERM)
// is left out; one that is not whole at `until` is cut.
void tell_socket_tables(int out, std::chrono::steady_clock::time_point until);

} // namespace sbx
