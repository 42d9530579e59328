// How does text fit a terminal? Escaped, measured in columns and broken into lines, without a locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// What may be printed: controls, hidden characters and bytes that are no UTF-8 become \xHH; without `unicode`
// every byte outside ASCII does. A backslash stays, so text that is already escaped comes out as it went in.
std::string printable(std::string_view text, bool unicode);

// How many columns printable text takes: two for wide characters, none for combining marks.
std::size_t display_columns(std::string_view text);

// Lines of at most `width` columns, broken at spaces; a word that is longer than a line is cut. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Spaces up to `columns`, and one at least.
std::string padding(std::string_view text, std::size_t columns);

} // namespace sbx
