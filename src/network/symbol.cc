#include "network/symbol.h"

#include <algorithm>

namespace sbx {

Symbols known_symbols(std::string_view bytes) {
  Symbols found;
  for (const char byte : bytes)
    found.push_back(Symbol::of(static_cast<std::uint8_t>(byte)));
  return found;
}

Symbols known_number(std::uint32_t number) {
  Symbols found;
  for (unsigned shift = 0; shift < 32; shift += 8)
    found.push_back(Symbol::of(static_cast<std::uint8_t>(number >> shift)));
  return found;
}

Symbols unknown_symbols(std::size_t length) { return Symbols(std::min(length, Registers::size)); }

bool all_known(std::span<const Symbol> symbols) {
  return std::all_of(symbols.begin(), symbols.end(), [](const Symbol& it) { return it.is_known(); });
}

std::string known_bytes(std::span<const Symbol> symbols) {
  std::string bytes;
  for (const Symbol& it : symbols)
    bytes += static_cast<char>(it.flip);
  return bytes;
}

std::optional<std::size_t> Registers::place(std::uint32_t reg, std::size_t length) {
  std::size_t begin = size;
  if (reg >= 1 && reg <= 4)
    begin = (reg - 1) * 16;
  else if (reg >= 8 && reg < 24)
    begin = (reg - 8) * 4;
  return begin < size && length <= size - begin ? std::optional(begin) : std::nullopt;
}

bool Registers::store(std::uint32_t reg, const Symbols& symbols) {
  const std::size_t length = (symbols.size() + 3) / 4 * 4;
  const auto begin = place(reg, length);
  if (!begin)
    return false;
  for (std::size_t i = 0; i < length; ++i)
    bytes_[*begin + i] = i < symbols.size() ? symbols[i] : Symbol::of(0);
  return true;
}

std::optional<std::span<const Symbol>> Registers::load(std::uint32_t reg, std::size_t length) const {
  const auto begin = place(reg, length);
  if (!begin)
    return std::nullopt;
  return std::span<const Symbol>(bytes_.data() + *begin, length);
}

} // namespace sbx
