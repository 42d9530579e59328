// What can a filter ask about a system call? One 32-bit word of struct seccomp_data, masked and compared;
// seccomp(2).
#pragma once

#include <cstdint>

namespace sbx {

// In the order of struct seccomp_data, 4 bytes each, on a little-endian machine: the lower half comes first.
enum class DataWord : std::uint8_t {
  number, // the system call
  arch,   // AUDIT_ARCH_*
  ip_low,
  ip_high,
  first_argument, // its lower half; twelve words, for six arguments
};
constexpr unsigned data_words = 16, most_arguments = 6;

constexpr DataWord low_half(unsigned argument) { return static_cast<DataWord>(4 + 2 * argument); }
constexpr DataWord high_half(unsigned argument) { return static_cast<DataWord>(5 + 2 * argument); }
constexpr bool is_argument(DataWord word) { return word >= DataWord::first_argument; }
constexpr unsigned argument_of(DataWord word) { return (static_cast<unsigned>(word) - 4) / 2; }
constexpr bool is_high_half(DataWord word) { return static_cast<unsigned>(word) % 2 == 1; }

struct SeccompTest {
  enum class Op : std::uint8_t {
    equal,    // (word & mask) == value
    greater,  // (word & mask) > value
    at_least, // (word & mask) >= value
    any_bit,  // (word & mask & value) != 0
    computed, // something of several words or of arithmetic: not followed. `value` says at which instruction
  };
  DataWord word = DataWord::number;
  Op op = Op::equal;
  std::uint32_t mask = ~std::uint32_t{0}, value = 0;
  bool operator==(const SeccompTest&) const = default;
};

bool passes(const SeccompTest& test, std::uint32_t word); // never of what is computed

} // namespace sbx
