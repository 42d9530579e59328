#include "network/condition.h"

#include <algorithm>

namespace sbx {

namespace {

const Condition never{{}, true, false};
constexpr std::size_t widest_bytes = 16;

std::optional<Side> side_of(Symbol::Origin origin) {
  switch (origin) {
  case Symbol::Origin::protocol:
    return protocol_side;
  case Symbol::Origin::address:
    return address_side;
  case Symbol::Origin::port:
    return port_side;
  case Symbol::Origin::known:
  case Symbol::Origin::unknown:
    break;
  }
  return std::nullopt;
}

unsigned bits_of(Side side, bool v6) {
  if (side == protocol_side)
    return protocol_bits;
  return side == port_side ? port_bits : v6 ? 128 : 32;
}

// The bits of a field that a comparison asks for.
struct Wanted {
  Wide mask = 0, value = 0;
};

// False where no number is so.
bool want(Wanted& wanted, const Symbol& symbol, std::uint8_t byte, unsigned bits) {
  const unsigned shift = bits - 8 * (symbol.index + 1U);
  const Wide mask = Wide(symbol.mask) << shift, value = Wide(byte) << shift;
  if (((wanted.value ^ value) & wanted.mask & mask) != 0)
    return false;
  wanted.mask |= mask;
  wanted.value |= value;
  return true;
}

} // namespace

Wide wide_of(std::string_view bytes) {
  Wide number = 0;
  for (const char byte : bytes)
    number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

Condition equal_to(std::span<const Symbol> symbols, std::string_view data, bool v6) {
  if (symbols.size() != data.size())
    return {{}, false, true};
  std::array<Wanted, sides> wanted;
  Condition condition;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Symbol& symbol = symbols[i];
    const auto byte = static_cast<std::uint8_t>(static_cast<std::uint8_t>(data[i]) ^ symbol.flip);
    if ((byte & ~symbol.mask) != 0)
      return never;
    const auto side = side_of(symbol.origin);
    if (symbol.mask == 0)
      continue;
    if (!side || 8 * (symbol.index + 1U) > bits_of(*side, v6))
      condition.maybe = true;
    else if (!want(wanted[*side], symbol, byte, bits_of(*side, v6)))
      return never;
  }
  for (const Side side : {protocol_side, address_side, port_side}) {
    if (wanted[side].mask == 0)
      continue;
    auto spans = masked_spans(wanted[side].mask, wanted[side].value, bits_of(side, v6));
    if (spans)
      condition.side[side] = shared(std::move(*spans));
    else
      condition.maybe = true;
  }
  return condition;
}

Condition between(std::span<const Symbol> symbols, std::string_view from, std::string_view to, bool v6) {
  if (from > to) // std::string_view compares as memcmp(3) does
    return never;
  if (symbols.size() != from.size() || symbols.size() != to.size() || symbols.empty())
    return {{}, false, true};
  if (all_known(symbols)) {
    const std::string bytes = known_bytes(symbols);
    return bytes >= from && bytes <= to ? Condition() : never;
  }
  const auto side = side_of(symbols[0].origin);
  for (std::size_t i = 0; i < symbols.size(); ++i)
    if (!side || symbols[i] != Symbol::field(symbols[0].origin, i))
      return {{}, false, true};
  const unsigned bits = bits_of(*side, v6), rest = bits - 8 * static_cast<unsigned>(symbols.size());
  if (symbols.size() > widest_bytes || 8 * symbols.size() > bits)
    return {{}, false, true};
  Condition condition;
  const Wide ones = rest == 0 ? 0 : widest(rest);
  condition.side[*side] = shared({{wide_of(from) << rest, wide_of(to) << rest | ones}});
  return condition;
}

Condition at_most(std::span<const Symbol> symbols, std::string_view data, bool v6) {
  return between(symbols, std::string(data.size(), '\0'), data, v6);
}

Condition less_than(std::span<const Symbol> symbols, std::string_view data, bool v6) {
  std::string before(data);
  for (std::size_t i = before.size(); i-- > 0;) {
    before[i] = static_cast<char>(before[i] - 1);
    if (data[i] != '\0')
      return at_most(symbols, before, v6);
  }
  return never;
}

Condition together(const Condition& one, const Condition& other) {
  Condition all;
  all.never = one.never || other.never;
  all.maybe = one.maybe || other.maybe;
  for (std::size_t i = 0; i < sides; ++i) {
    all.side[i] = one.side[i] ? one.side[i] : other.side[i];
    if (one.side[i] && other.side[i])
      all.side[i] = shared(both(*one.side[i], *other.side[i]));
    all.never = all.never || (all.side[i] && all.side[i]->empty());
  }
  return all;
}

} // namespace sbx
