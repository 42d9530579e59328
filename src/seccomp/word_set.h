// Which values can a 32-bit word have, after the tests that led here? Exact for what filters do; where it is
// not, it holds more values, never fewer.
#pragma once

#include "seccomp/test.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sbx {

class WordSet {
public:
  struct Masked {
    std::uint32_t mask, value;
    bool operator==(const Masked&) const = default;
  };

  WordSet() = default; // every value
  static WordSet only(std::uint32_t value);
  static WordSet between(std::uint32_t lowest, std::uint32_t highest);

  // Those for which the test of this word holds, or does not.
  WordSet narrowed(const SeccompTest& test, bool holds) const;

  bool empty() const { return !example(); }
  std::optional<std::uint32_t> example() const; // the lowest of them
  std::optional<std::uint32_t> single() const;  // where there is just one
  bool contains(std::uint32_t value) const;
  bool everything() const { return *this == WordSet(); }
  bool operator==(const WordSet&) const = default;

  std::uint32_t ones() const { return ones_; }     // bits that are set
  std::uint32_t zeros() const { return zeros_; }   // bits that are clear
  std::uint32_t lowest() const { return lowest_; } // bounds of the whole word
  std::uint32_t highest() const { return highest_; }
  const std::vector<Masked>& excluded() const { return excluded_; } // (word & mask) != value, in order
  // (word & mask) is in [lowest, highest]: not used by example(), only by contains().
  struct MaskedRange {
    std::uint32_t mask, lowest, highest;
    bool operator==(const MaskedRange&) const = default;
  };
  const std::vector<MaskedRange>& ranges() const { return ranges_; }

private:
  struct Found {
    std::optional<std::uint32_t> value;
    bool unsure = false; // the search was given up: it may be none of them
  };
  static WordSet none();
  std::optional<std::uint32_t> with_bits(std::uint32_t from) const;
  Found at_least(std::uint32_t from) const;
  bool idle(const Masked& pattern) const;
  bool settle(); // false: it is empty
  bool plenty() const;
  WordSet canonical() const;
  void fix(std::uint32_t mask, std::uint32_t value);
  void exclude(Masked pattern);
  void bound(std::uint32_t mask, std::uint32_t lowest, std::uint32_t highest);

  std::uint32_t ones_ = 0, zeros_ = 0, lowest_ = 0, highest_ = ~std::uint32_t{0};
  std::vector<Masked> excluded_;
  std::vector<MaskedRange> ranges_;
};

} // namespace sbx
