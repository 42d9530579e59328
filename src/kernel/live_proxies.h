// Which proxies does the environment of the target name? Written in the dialect of parse/proxies.h, without
// users and passwords: no secret is in the evidence.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <string_view>

namespace sbx {

Reading read_proxies(const ProcTarget& target);

std::string proxy_lines(std::string_view environment); // of /proc/PID/environ, the pure part

} // namespace sbx
