// How are the values of packet filter rules written into lines? parse/net_ruleset.h reads them.
#pragma once

#include "core/escape.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx {

inline std::string name_word(std::string_view name) {
  if (name.empty())
    return "-";
  return name == "-" ? "\\x2d" : escaped_word(name);
}

inline std::string hex_word(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text += digits[static_cast<std::uint8_t>(byte) >> 4];
    text += digits[static_cast<std::uint8_t>(byte) & 15];
  }
  return text.empty() ? "-" : text;
}

// Of a verdict as nf_tables numbers it: those of netfilter, and its own below zero.
inline const char* verdict_word(std::int32_t code) {
  switch (code) {
  case -1: // enum nft_verdicts
    return "continue";
  case -2:
    return "break";
  case -3:
    return "jump";
  case -4:
    return "goto";
  case -5:
    return "return";
  default:
    break;
  }
  switch (code & 0xff) { // NF_VERDICT_MASK
  case 0:
    return "drop";
  case 1:
    return "accept";
  case 3:
    return "queue";
  default:
    return "?";
  }
}

} // namespace sbx
