// How are the network namespaces of the target set up? rtnetlink(7) inside of each; the dialect of
// parse/net_config.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

Reading read_net_config(const ProcTarget& target);

// In a child, about the network namespace that it lives in.
struct NetConfigBounds {
  std::size_t links = 4096, addresses = 16'384, routes = 65'536, rules = 4096, neighbours = 16'384;
};
void tell_net_config(int out, const NetConfigBounds& bounds);

} // namespace sbx
