// What is in a register of nf_tables while a rule looks at a packet of which not everything is known? Bytes
// that are known, bytes of a field that a box has a side for, and bytes that nobody knows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// ((origin's byte) & mask) ^ flip. A byte that is known has no bit in its mask.
struct Symbol {
  enum class Origin : std::uint8_t { known, protocol, address, port, unknown };
  Origin origin = Origin::unknown;
  std::uint8_t index = 0; // of the byte in its field, from the left
  std::uint8_t mask = 0xff;
  std::uint8_t flip = 0;
  bool operator==(const Symbol&) const = default;
  bool is_known() const { return mask == 0; }

  static Symbol of(std::uint8_t byte) { return {Origin::known, 0, 0, byte}; }
  static Symbol field(Origin origin, std::size_t index) {
    return {origin, static_cast<std::uint8_t>(index), 0xff, 0};
  }
};

using Symbols = std::vector<Symbol>;

Symbols known_symbols(std::string_view bytes);
Symbols known_number(std::uint32_t number); // as the machine stores it: little-endian
Symbols unknown_symbols(std::size_t length);
bool all_known(std::span<const Symbol> symbols);
std::string known_bytes(std::span<const Symbol> symbols); // where all are known

// linux/netfilter/nf_tables.h, enum nft_registers: 1 to 4 are of 16 bytes, 8 to 23 of 4, in the same place.
class Registers {
public:
  static constexpr std::size_t size = 64;
  // As the kernel does, with zeros to the next multiple of four. False: there is no such place.
  bool store(std::uint32_t reg, const Symbols& symbols);
  std::optional<std::span<const Symbol>> load(std::uint32_t reg, std::size_t length) const;

private:
  static std::optional<std::size_t> place(std::uint32_t reg, std::size_t length);
  std::array<Symbol, size> bytes_{};
};

} // namespace sbx
