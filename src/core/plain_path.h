// Which paths are the same by their names alone?
#pragma once

#include <string>
#include <string_view>

namespace sbx {

// Without what changes nothing: "/usr//lib/./" is "/usr/lib". No link is followed and ".." stays; a relative
// path stays relative, and the empty one is ".".
std::string plain_path(std::string_view path);

} // namespace sbx
