// What does a word such as "inode=123" or "dev=8:1" of our adapters' lines say? Of exactly the key that
// belongs there.
#pragma once

#include "parse/line.h"

#include <cstdint>

namespace sbx {

template <std::integral T>
bool read_key(std::string_view word, std::string_view key, T& value, int base = 10) {
  if (!word.starts_with(key))
    return false;
  word.remove_prefix(key.size());
  if (base == 16 && !word.starts_with("0x"))
    return false;
  const auto read = number<T>(base == 16 ? word.substr(2) : word, base);
  value = read.value_or(T{});
  return read.has_value();
}

inline bool read_device(std::string_view word, std::string_view key, std::uint32_t& major,
                        std::uint32_t& minor) {
  const std::size_t colon = word.find(':');
  return colon != std::string_view::npos && read_key(word.substr(0, colon), key, major) &&
         read_key(word.substr(colon + 1), "", minor);
}

} // namespace sbx
