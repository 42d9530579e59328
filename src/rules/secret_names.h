// Does the name of an environment variable look like that of a secret? By its words alone: a value is never
// looked at, so it may be a placeholder that a proxy replaces, or nothing of worth; and a secret under a name
// that does not say so is not found.
#pragma once

#include <string_view>

namespace sbx {

bool names_a_secret(std::string_view name);

} // namespace sbx
