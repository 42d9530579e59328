#include "core/escape.h"

#include <array>
#include <cstdint>

namespace sbx {

namespace {

struct Range {
  std::uint32_t first, last;
};

// Code points that show nothing, or that change how what follows is shown (Unicode 15: Cc, Cf, Zl, Zp, Co, Cn
// planes, variation selectors, fillers).
constexpr std::array hidden{
    Range{0x0000, 0x001f},   Range{0x005c, 0x005c},   Range{0x007f, 0x009f},   Range{0x00ad, 0x00ad},
    Range{0x034f, 0x034f},   Range{0x0600, 0x0605},   Range{0x061c, 0x061c},   Range{0x06dd, 0x06dd},
    Range{0x070f, 0x070f},   Range{0x115f, 0x1160},   Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},
    Range{0x200b, 0x200f},   Range{0x2028, 0x202e},   Range{0x2060, 0x206f},   Range{0x2800, 0x2800},
    Range{0x3164, 0x3164},   Range{0xd800, 0xf8ff},   Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},
    Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},   Range{0xfffe, 0xffff},   Range{0x110bd, 0x110bd},
    Range{0x13430, 0x1345f}, Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a}, Range{0xe0000, 0x10ffff},
};

bool is_hidden(std::uint32_t code) {
  if (code >= 0x20 && code < 0x7f) // most of all text
    return code == '\\';
  for (const Range& range : hidden)
    if (code >= range.first && code <= range.last)
      return true;
  return false;
}

// Length of the well-formed UTF-8 sequence at the start of `bytes` and its code point; 0 when there is none
// (RFC 3629: no overlong forms, no surrogates, nothing above 10FFFF).
std::size_t decode(std::string_view bytes, std::uint32_t& code) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  std::size_t length = 0;
  std::uint32_t least = 0;
  if (lead < 0x80) {
    code = lead;
    return 1;
  }
  if ((lead & 0xe0) == 0xc0) {
    length = 2, least = 0x80, code = lead & 0x1f;
  } else if ((lead & 0xf0) == 0xe0) {
    length = 3, least = 0x800, code = lead & 0x0f;
  } else if ((lead & 0xf8) == 0xf0) {
    length = 4, least = 0x10000, code = lead & 0x07;
  } else {
    return 0;
  }
  if (bytes.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  return code >= least && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? length : 0;
}

constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& out, unsigned char byte) {
  out += "\\x";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

} // namespace

std::string escaped(std::string_view bytes, std::size_t limit) {
  std::string out;
  std::size_t at = 0;
  while (at < bytes.size() && at < limit) {
    std::uint32_t code = 0;
    const std::size_t length = decode(bytes.substr(at), code);
    const std::size_t take = length == 0 ? 1 : length;
    if (length == 0 || is_hidden(code))
      for (std::size_t i = 0; i < take; ++i)
        append_hex(out, static_cast<unsigned char>(bytes[at + i]));
    else
      out += bytes.substr(at, take);
    at += take;
  }
  if (at < bytes.size())
    out += "... (" + std::to_string(bytes.size() - at) + " bytes more)";
  return out;
}

std::string escaped_word(std::string_view bytes) {
  std::string word;
  for (const char c : escaped(bytes, std::string_view::npos)) {
    if (c == ' ')
      append_hex(word, ' ');
    else
      word += c;
  }
  return word;
}

bool unescape(std::string_view text, std::string& bytes) {
  bytes.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    if (text.size() - i < 4 || text[i + 1] != 'x')
      return false;
    const auto high = digits.find(text[i + 2]), low = digits.find(text[i + 3]);
    if (high == std::string_view::npos || low == std::string_view::npos)
      return false;
    bytes += static_cast<char>(high << 4 | low);
    i += 3;
  }
  return true;
}

} // namespace sbx
