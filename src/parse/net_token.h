// How are the words read that our adapters write of a network: addresses, names of interfaces, errnos, and -
// for none?
#pragma once

#include "core/errno_name.h"
#include "core/ip_address.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

inline std::optional<std::uint32_t> small_or_none(TokenLine& line, std::string_view key) {
  const std::string_view word = line.value(key);
  return word == "-" ? std::nullopt : std::optional(line.small(word));
}

inline IpAddress address_of(TokenLine& line, std::string_view word) {
  const auto address = parse_ip_address(word);
  if (!address)
    line.fail();
  return address.value_or(IpAddress());
}

inline std::optional<IpAddress> address_or_none(TokenLine& line, std::string_view key) {
  const std::string_view word = line.value(key);
  return word == "-" ? std::nullopt : std::optional(address_of(line, word));
}

// Always with its length.
inline IpPrefix prefix_of(TokenLine& line, std::string_view word) {
  const auto prefix = word.find('/') == word.npos ? std::nullopt : parse_ip_prefix(word);
  if (!prefix)
    line.fail();
  return prefix.value_or(IpPrefix());
}

inline std::optional<IpPrefix> prefix_or_none(TokenLine& line, std::string_view key) {
  const std::string_view word = line.value(key);
  return word == "-" ? std::nullopt : std::optional(prefix_of(line, word));
}

// Raw bytes; empty where there is none. What is called "-" is written \x2d.
inline std::string name_or_none(TokenLine& line, std::string_view key) {
  const std::string_view word = line.value(key);
  if (word.empty())
    line.fail();
  return word == "-" ? std::string() : line.bytes(word);
}

inline bool flag_of(TokenLine& line, std::string_view word) {
  if (word != "0" && word != "1")
    line.fail();
  return word == "1";
}

// Of "!EPERM"; 0 and a line that fails where it is anything else.
inline int errno_of(TokenLine& line, std::string_view word) {
  const auto error = word.starts_with('!') ? errno_from_name(word.substr(1)) : std::nullopt;
  if (!error)
    line.fail();
  return error.value_or(0);
}

// Of what stands behind "end": "ok" is 0.
inline int end_of(TokenLine& line) {
  const std::string_view word = line.word();
  return word == "ok" ? 0 : errno_of(line, word);
}

} // namespace sbx
