#include "seccomp/word_set.h"

#include <algorithm>
#include <bit>

namespace sbx {

namespace {

constexpr std::uint32_t whole = ~std::uint32_t{0};

} // namespace

WordSet WordSet::only(std::uint32_t value) {
  WordSet set;
  set.ones_ = value;
  set.zeros_ = ~value;
  set.lowest_ = set.highest_ = value;
  return set;
}

WordSet WordSet::between(std::uint32_t lowest, std::uint32_t highest) {
  WordSet set;
  set.lowest_ = lowest;
  set.highest_ = highest;
  return set.canonical();
}

WordSet WordSet::none() {
  WordSet set;
  set.lowest_ = 1;
  set.highest_ = 0;
  return set;
}

// The lowest value from `from` on that has the bits which it must have.
std::optional<std::uint32_t> WordSet::with_bits(std::uint32_t from) const {
  const std::uint32_t wrong = (ones_ & ~from) | (zeros_ & from);
  if (wrong == 0)
    return from;
  std::uint32_t bit = std::bit_floor(wrong);
  if ((ones_ & bit) == 0) { // it is set and must not be: the next clear one above it is set instead
    const std::uint32_t free = ~from & ~zeros_ & ~(bit | (bit - 1));
    if (free == 0)
      return std::nullopt;
    bit = free & (~free + 1);
  }
  const std::uint32_t below = bit - 1;
  return (from & ~below) | bit | (ones_ & below);
}

WordSet::Found WordSet::at_least(std::uint32_t from) const {
  if ((ones_ & zeros_) != 0)
    return {};
  // Each step leaves one excluded pattern behind; only a program made to annoy needs more of them.
  std::size_t steps = 256 + 2 * excluded_.size();
  std::uint32_t value = std::max(from, lowest_);
  while (true) {
    const auto fitting = with_bits(value);
    if (!fitting || *fitting > highest_)
      return {};
    value = *fitting;
    const auto pattern = std::find_if(excluded_.begin(), excluded_.end(),
                                      [&](const Masked& it) { return (value & it.mask) == it.value; });
    if (pattern == excluded_.end())
      return {value, false};
    if (--steps == 0)
      return {value, true};
    const std::uint32_t step =
        pattern->mask & (~pattern->mask + 1);      // the lowest bit that the pattern asks for
    const std::uint32_t last = value | (step - 1); // all up to here match it
    if (last == whole)
      return {};
    value = last + 1;
  }
}

std::optional<std::uint32_t> WordSet::example() const { return at_least(0).value; }

std::optional<std::uint32_t> WordSet::single() const {
  return lowest_ == highest_ ? std::optional(lowest_) : std::nullopt; // canonical() sees to it
}

bool WordSet::contains(std::uint32_t value) const {
  if (value < lowest_ || value > highest_ || (value & ones_) != ones_ || (value & zeros_) != 0)
    return false;
  const bool excluded = std::any_of(excluded_.begin(), excluded_.end(),
                                    [&](const Masked& it) { return (value & it.mask) == it.value; });
  return !excluded && std::all_of(ranges_.begin(), ranges_.end(), [&](const MaskedRange& it) {
    return (value & it.mask) >= it.lowest && (value & it.mask) <= it.highest;
  });
}

// What cannot occur any more need not be excluded.
bool WordSet::idle(const Masked& pattern) const {
  return (pattern.value & zeros_) != 0 || (~pattern.value & pattern.mask & ones_) != 0 ||
         (pattern.mask == whole && (pattern.value < lowest_ || pattern.value > highest_));
}

// An excluded pattern of which all bits but one are there forbids that one; of which all are there,
// everything. The search would try every value of the other bits.
bool WordSet::settle() {
  for (bool again = true; again;) {
    again = false;
    std::erase_if(excluded_, [&](const Masked& it) { return idle(it); });
    for (const Masked& it : excluded_) {
      if (idle(it)) // by a bit that was fixed just now
        continue;
      const std::uint32_t open = it.mask & ~(ones_ | zeros_);
      if (open == 0)
        return false;
      if (std::has_single_bit(open)) {
        fix(open, ~it.value);
        again = true;
      }
    }
  }
  return true;
}

// More than one value is left, as counting says without looking for them.
bool WordSet::plenty() const {
  const std::uint32_t free = ~(ones_ | zeros_);
  if (free != whole && (lowest_ != 0 || highest_ != whole))
    return false; // both bits and bounds: not counted
  std::uint64_t left =
      free == whole ? std::uint64_t{highest_} - lowest_ + 1 : std::uint64_t{1} << std::popcount(free);
  for (const Masked& it : excluded_) {
    const std::uint64_t most = std::uint64_t{1} << std::popcount(free & ~it.mask);
    if (left <= most + 1)
      return false;
    left -= most;
  }
  return left > 1;
}

// One form for what is the same: nothing, and one value alone. The others keep how they were narrowed.
WordSet WordSet::canonical() const {
  WordSet set = *this;
  if (lowest_ > highest_ || (ones_ & zeros_) != 0 || !set.settle() || (set.ones_ & set.zeros_) != 0)
    return none();
  if (set.plenty())
    return set;
  const Found first = set.at_least(0);
  if (!first.value)
    return none();
  if (first.unsure)
    return set;
  const bool last = *first.value == whole || !set.at_least(*first.value + 1).value;
  if (last)
    return set.contains(*first.value) ? only(*first.value) : none();
  return set;
}

void WordSet::fix(std::uint32_t mask, std::uint32_t value) {
  ones_ |= value & mask;
  zeros_ |= ~value & mask;
}

void WordSet::exclude(Masked pattern) {
  if (std::has_single_bit(pattern.mask))
    return fix(pattern.mask, ~pattern.value);
  if (std::find(excluded_.begin(), excluded_.end(), pattern) == excluded_.end())
    excluded_.push_back(pattern);
}

void WordSet::bound(std::uint32_t mask, std::uint32_t lowest, std::uint32_t highest) {
  if (mask == whole) {
    lowest_ = std::max(lowest_, lowest);
    highest_ = std::min(highest_, highest);
    return;
  }
  highest = std::min(highest, mask);
  const auto same =
      std::find_if(ranges_.begin(), ranges_.end(), [&](const MaskedRange& it) { return it.mask == mask; });
  MaskedRange& range = same == ranges_.end() ? ranges_.emplace_back(MaskedRange{mask, 0, mask}) : *same;
  range.lowest = std::max(range.lowest, lowest);
  range.highest = std::min(range.highest, highest);
  if (range.lowest > range.highest)
    *this = none();
}

WordSet WordSet::narrowed(const SeccompTest& test, bool holds) const {
  if (lowest_ > highest_)
    return *this;
  if (lowest_ == highest_)
    return passes(test, lowest_) == holds ? *this : none();
  WordSet set = *this;
  switch (test.op) {
  case SeccompTest::Op::equal:
    if ((test.value & ~test.mask) != 0)
      return holds ? none() : *this;
    if (holds)
      set.fix(test.mask, test.value);
    else if (test.mask == 0)
      return none();
    else
      set.exclude({test.mask, test.value});
    break;
  case SeccompTest::Op::greater:
    if (test.value == whole)
      return holds ? none() : *this;
    holds ? set.bound(test.mask, test.value + 1, whole) : set.bound(test.mask, 0, test.value);
    break;
  case SeccompTest::Op::at_least:
    if (test.value == 0)
      return holds ? *this : none();
    holds ? set.bound(test.mask, test.value, whole) : set.bound(test.mask, 0, test.value - 1);
    break;
  case SeccompTest::Op::any_bit: {
    const std::uint32_t bits = test.mask & test.value;
    if (bits == 0)
      return holds ? none() : *this;
    if (holds)
      set.exclude({bits, 0});
    else
      set.zeros_ |= bits;
    break;
  }
  case SeccompTest::Op::computed:
    return *this;
  }
  return set.canonical();
}

} // namespace sbx
