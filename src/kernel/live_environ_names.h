// Which variables are in the environment of the target? Their names, never their values. Written in the
// dialect of parse/environ_names.h.
#pragma once

#include <string>
#include <string_view>

namespace sbx {

std::string environ_name_lines(std::string_view environment); // of read_environment()

} // namespace sbx
