// What is at a place of the data of an xtables match or target? Of a 64-bit little-endian machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sbx {

class XtBlob {
public:
  explicit XtBlob(std::string_view bytes) : bytes_(bytes) {}
  bool has(std::size_t length) const { return bytes_.size() >= length; }
  std::uint8_t u8(std::size_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  std::uint16_t port(std::size_t at) const { // in the order of the packet
    return static_cast<std::uint16_t>(u8(at) << 8 | u8(at + 1));
  }
  std::string_view bytes(std::size_t at, std::size_t length) const {
    return at <= bytes_.size() ? bytes_.substr(at, length) : std::string_view();
  }

private:
  std::uint32_t number(std::size_t at, std::size_t length) const {
    std::uint32_t value = 0;
    for (std::size_t i = length; i-- > 0;)
      value = value << 8 | (at + i < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at + i]) : 0U);
    return value;
  }
  std::string_view bytes_;
};

} // namespace sbx
