// Which proxies does the environment of the target name? Written in the dialect of parse/proxies.h, without
// users and passwords: no secret is in the evidence.
#pragma once

#include <string>
#include <string_view>

namespace sbx {

std::string proxy_lines(std::string_view environment); // of read_environment()

} // namespace sbx
