// For which packets do bytes of a register compare so?
#pragma once

#include "network/box.h"
#include "network/symbol.h"

#include <span>
#include <string_view>

namespace sbx {

inline constexpr unsigned protocol_bits = 8, port_bits = 16;

// All bytes equal those of `data`, which is as long.
Condition equal_to(std::span<const Symbol> symbols, std::string_view data, bool v6);

// As one number, the first byte first (memcmp(3)), from `from` to `to`; a `maybe` where the bytes are not the
// beginning of one field.
Condition between(std::span<const Symbol> symbols, std::string_view from, std::string_view to, bool v6);

Condition at_most(std::span<const Symbol> symbols, std::string_view data, bool v6);
Condition less_than(std::span<const Symbol> symbols, std::string_view data, bool v6);

// Both hold.
Condition together(const Condition& one, const Condition& other);

Wide wide_of(std::string_view bytes); // at most 16, the first byte first

} // namespace sbx
