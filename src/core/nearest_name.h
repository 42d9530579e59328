// Which of the known names was meant?
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sbx {

// The first that begins with all of it, or the nearest by letters left out, put in, changed or swapped, where
// it is near; the first of several.
std::optional<std::string_view> nearest_name(std::string_view name, std::span<const std::string_view> known);

} // namespace sbx
