#include "seccomp/word_set.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace sbx;
using Op = SeccompTest::Op;

namespace {

constexpr std::uint32_t whole = ~std::uint32_t{0};

SeccompTest test(Op op, std::uint32_t value, std::uint32_t mask = whole) {
  return {DataWord::number, op, mask, value};
}

} // namespace

TEST_CASE("word set: every value, one value, none") {
  CHECK(WordSet().everything());
  CHECK(WordSet().example() == 0u);
  CHECK_FALSE(WordSet().single());
  CHECK(WordSet::only(7).single() == 7u);
  CHECK(WordSet::only(whole).example() == whole);
  CHECK(WordSet::between(3, 9).example() == 3u);
  CHECK(WordSet::between(9, 3).empty());
  CHECK(WordSet::between(4, 4) == WordSet::only(4));
}

TEST_CASE("word set: tests narrow it, and what cannot be is empty") {
  const WordSet flag = WordSet().narrowed(test(Op::any_bit, 0x10), true);
  CHECK(flag.ones() == 0x10);
  CHECK(flag.narrowed(test(Op::any_bit, 0x10), false).empty());
  CHECK(flag.narrowed(test(Op::equal, 0x0f), true).empty());
  CHECK(flag.narrowed(test(Op::equal, 0x1f), true).single() == 0x1fu);
  CHECK(WordSet().narrowed(test(Op::equal, 0x11, 0x0f), true).empty()); // a bit outside of the mask
  CHECK(WordSet().narrowed(test(Op::greater, whole), true).empty());
  CHECK(WordSet().narrowed(test(Op::at_least, 0), false).empty());
  CHECK(WordSet().narrowed(test(Op::any_bit, 0), true).empty());
  const WordSet two = WordSet::between(0, 2).narrowed(test(Op::equal, 1), false);
  CHECK(two.contains(0));
  CHECK_FALSE(two.contains(1));
  CHECK(two.narrowed(test(Op::equal, 0), false).single() == 2u);
  CHECK(two.narrowed(test(Op::equal, 0), false).narrowed(test(Op::equal, 2), false).empty());
}

TEST_CASE("word set: bits with bounds have the example that one would count to") {
  const WordSet set = WordSet::between(0x1001, 0x2fff).narrowed(test(Op::equal, 0x200, 0xf00), true);
  CHECK(set.example() == 0x1200u);
  CHECK(WordSet::between(0x1300, 0x2fff).narrowed(test(Op::equal, 0x200, 0xf00), true).example() == 0x2200u);
  CHECK(WordSet::between(0x1300, 0x21ff).narrowed(test(Op::equal, 0x200, 0xf00), true).empty());
}

TEST_CASE("word set: after random tests it holds what passed them all, and is empty only when nothing does") {
  std::mt19937 random(4); // NOLINT(cert-msc51-cpp): the same each time
  const auto small = [&] { return static_cast<std::uint32_t>(random() % 16); };
  for (int round = 0; round < 20'000; ++round) {
    // Values of four bits, and masks of them: every set can be counted out.
    WordSet set = WordSet::between(0, 15);
    std::array<bool, 16> passed{};
    passed.fill(true);
    bool masked_order = false; // kept, but not used to look for an example
    for (int step = 0; step < 6; ++step) {
      const auto op = static_cast<Op>(random() % 4);
      const std::uint32_t mask = random() % 2 == 0 ? whole : small();
      const bool holds = random() % 2 == 0;
      const SeccompTest asked = test(op, small(), op == Op::any_bit ? whole : mask);
      masked_order = masked_order || (mask != whole && (op == Op::greater || op == Op::at_least));
      set = set.narrowed(asked, holds);
      for (std::uint32_t value = 0; value < 16; ++value)
        passed.at(value) = passed.at(value) && passes(asked, value) == holds;
    }
    std::vector<std::uint32_t> left;
    for (std::uint32_t value = 0; value < 16; ++value)
      if (passed.at(value))
        left.push_back(value);
    for (const std::uint32_t value : left)
      REQUIRE(set.contains(value));
    if (masked_order)
      continue;
    REQUIRE(set.empty() == left.empty());
    REQUIRE(set.single() == (left.size() == 1 ? std::optional(left[0]) : std::nullopt));
    if (!left.empty())
      REQUIRE(set.example() == left.front());
    for (std::uint32_t value = 0; value < 16; ++value)
      REQUIRE(set.contains(value) == passed.at(value));
  }
}

TEST_CASE("word set: thousands of excluded values are no trouble") {
  WordSet set;
  for (std::uint32_t value = 0; value < 3000; ++value)
    set = set.narrowed(test(Op::equal, value), false);
  CHECK(set.example() == 3000u);
}
