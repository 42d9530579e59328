#include "report/text_layout.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace sbx {

namespace {

struct Range {
  std::uint32_t first, last;
};

// Combining marks of the scripts that have them in blocks of their own (Unicode 15, Mn and Me).
constexpr std::array combining{Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd},
                               Range{0x064b, 0x065f}, Range{0x0e34, 0x0e3a}, Range{0x0e47, 0x0e4e},
                               Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff}, Range{0x20d0, 0x20ff},
                               Range{0xfe20, 0xfe2f}};

// East Asian wide and fullwidth, and the emoji that terminals draw wide (Unicode 15, by blocks).
constexpr std::array wide{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x23e9, 0x23ec},   Range{0x2614, 0x2615},
    Range{0x26a1, 0x26a1},   Range{0x2705, 0x2705},   Range{0x274c, 0x274c},   Range{0x2e80, 0x303e},
    Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},   Range{0xa000, 0xa4cf},
    Range{0xa960, 0xa97c},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},
    Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x18aff}, Range{0x1b000, 0x1b2ff},
    Range{0x1f004, 0x1f004}, Range{0x1f0cf, 0x1f0cf}, Range{0x1f18e, 0x1f19a}, Range{0x1f200, 0x1f64f},
    Range{0x1f680, 0x1f6ff}, Range{0x1f7e0, 0x1f7eb}, Range{0x1f900, 0x1faff}, Range{0x20000, 0x3fffd}};

template <class Ranges> bool within(std::uint32_t code, const Ranges& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

// Bytes of the character at the start of `text`; printable() leaves nothing but well-formed UTF-8.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return std::min(length, text.size());
}

std::size_t character_columns(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1)
    return 1;
  std::uint32_t code = lead & (0xffU >> (character.size() + 1));
  for (const char byte : character.substr(1))
    code = code << 6 | (static_cast<unsigned char>(byte) & 0x3f);
  return within(code, combining) ? 0 : within(code, wide) ? 2 : 1;
}

// How many bytes of `text` fit `width` columns; one character at least, so that every call gets on.
std::size_t bytes_that_fit(std::string_view text, std::size_t width) {
  std::size_t bytes = 0, columns = 0;
  while (bytes < text.size()) {
    const std::string_view character = text.substr(bytes, character_length(text.substr(bytes)));
    columns += character_columns(character);
    if (columns > width && bytes > 0)
      break;
    bytes += character.size();
  }
  return bytes;
}

} // namespace

std::string printable(std::string_view text, bool unicode) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string clean;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t backslash = std::min(text.find('\\', at), text.size());
    clean += escaped(text.substr(at, backslash - at), std::numeric_limits<std::size_t>::max());
    if (backslash < text.size())
      clean += '\\';
    at = backslash + 1;
  }
  if (unicode)
    return clean;
  std::string ascii;
  for (const char c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      ascii += c;
    else
      ascii.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return ascii;
}

std::size_t display_columns(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = text.substr(at, character_length(text.substr(at)));
    columns += character_columns(character);
    at += character.size();
  }
  return columns;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty())
      continue;
    std::size_t columns = display_columns(word);
    if (used > 0 && used + 1 + columns > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    for (; columns > width; columns = display_columns(word)) {
      const std::size_t bytes = bytes_that_fit(word, width);
      if (bytes == word.size())
        break;
      lines.back() += word.substr(0, bytes);
      lines.emplace_back();
      word.remove_prefix(bytes);
    }
    lines.back() += word;
    used += columns;
  }
  return lines;
}

std::string padding(std::string_view text, std::size_t columns) {
  const std::size_t used = display_columns(text);
  return std::string(used < columns ? columns - used : 1, ' ');
}

} // namespace sbx
