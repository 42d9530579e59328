// Which settings does systemd know in a [Service] section, and which of them ask for what no layer here
// shows?
#pragma once

#include <string_view>

namespace sbx {

bool is_unit_setting(std::string_view key); // "X-..." too, which systemd leaves to others

// Why a setting of the sandbox cannot be compared; empty: it can, or is none.
std::string_view unchecked_why(std::string_view key);

// What a setting can be beside yes and no, each with a space on either side.
std::string_view choice_words(std::string_view key);

} // namespace sbx
