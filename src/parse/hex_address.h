// How does /proc/PID/net print addresses? As hexadecimal digits, each table in its own way.
#pragma once

#include "core/ip_address.h"
#include "parse/line.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sbx {

// Exactly as many digits as text has, at most 8; nothing where there are none or others.
inline std::optional<std::uint32_t> hex_word(std::string_view digits) {
  std::uint32_t value = 0;
  if (digits.empty() || digits.size() > 8)
    return std::nullopt;
  for (const char c : digits) {
    const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                           : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                  : 16;
    if (digit > 15)
      return std::nullopt;
    value = value << 4 | digit;
  }
  return value;
}

// 8 or 32 digits: words of 32 bits, which the kernel prints as numbers of the machine though they are in the
// order of the network ("0100007F" is 127.0.0.1 on machines that begin with the low byte, as all do that this
// is built for).
inline std::optional<IpAddress> address_of_words(std::string_view digits) {
  static_assert(std::endian::native == std::endian::little);
  IpAddress address;
  address.v6 = digits.size() == 32;
  if (digits.size() != 8 && digits.size() != 32)
    return std::nullopt;
  for (std::size_t at = 0; at < digits.size() / 8; ++at) {
    const auto word = hex_word(digits.substr(8 * at, 8));
    if (!word)
      return std::nullopt;
    for (std::size_t byte = 0; byte < 4; ++byte)
      address.bytes.at(4 * at + byte) = static_cast<std::uint8_t>(*word >> (8 * byte));
  }
  return address;
}

// 32 digits in the order of the network: "fe80000000000000...".
inline std::optional<IpAddress> address_of_bytes(std::string_view digits) {
  IpAddress address;
  address.v6 = true;
  if (digits.size() != 32)
    return std::nullopt;
  for (std::size_t at = 0; at < 16; ++at) {
    const auto byte = hex_word(digits.substr(2 * at, 2));
    if (!byte)
      return std::nullopt;
    address.bytes.at(at) = static_cast<std::uint8_t>(*byte);
  }
  return address;
}

} // namespace sbx
