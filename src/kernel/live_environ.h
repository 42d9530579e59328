// By which variables of its environment does a process say that it is sandboxed? Written in the dialect of
// parse/properties.h: "OPENSHELL_SANDBOX 1".
#pragma once

#include <string>
#include <string_view>

namespace sbx {

// Of the names that are known to say something about a sandbox, and of no others: an environment holds
// secrets. Values are kept where they cannot be one, at most 256 bytes of them; else they are empty. It is
// what the process may have written over since it was started.
std::string environ_lines(std::string_view environment); // of read_environment()

} // namespace sbx
