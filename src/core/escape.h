// How are bytes shown that the target chose? So that no terminal, log or parser can mistake them for ours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sbx {

// Valid UTF-8 of visible characters stays as it is. Control characters, DEL, backslash, invalid UTF-8, and
// what reorders or hides text (bidirectional controls, zero-width, other format characters, line separators,
// tags, variation selectors, unassigned planes) become \xHH per byte. Longer than `limit` bytes: cut, with
// the number left out said at the end.
std::string escaped(std::string_view bytes, std::size_t limit = 256);

// The whole of it as one word of a line: spaces become \x20 too.
std::string escaped_word(std::string_view bytes);

// Inverse of the \xHH form; a backslash that begins anything else makes the text malformed (empty optional in
// the parser that uses it). Used where adapters write hostile bytes into a line of text.
bool unescape(std::string_view text, std::string& bytes);

} // namespace sbx
