// Which interfaces does a network namespace have? /proc/PID/net/dev, proc_pid_net(5): names, and nothing of
// their state.
#pragma once

#include "parse/malformed.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

Parsed<std::vector<std::string>> parse_net_dev(std::string_view text); // raw bytes, each once

} // namespace sbx
