#include "network/spans.h"

#include <catch2/catch.hpp>

#include <random>

using namespace sbx;

namespace {

Spans random_spans(std::mt19937& random) {
  Spans any;
  for (auto i = random() % 6; i > 0; --i) {
    const auto from = static_cast<unsigned>(random() % 256);
    any.emplace_back(from, std::min(255U, from + static_cast<unsigned>(random() % 40)));
  }
  return sorted_spans(std::move(any));
}

bool sound(const Spans& spans) {
  for (std::size_t i = 0; i < spans.size(); ++i)
    if (spans[i].first > spans[i].second || (i > 0 && spans[i - 1].second >= spans[i].first))
      return false;
  return true;
}

} // namespace

TEST_CASE("spans: sets of ranges are what they are number by number") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const Spans a = random_spans(random), b = random_spans(random);
    const Spans in_both = both(a, b), in_either = either(a, b), rest = without(a, b);
    REQUIRE((sound(a) && sound(in_both) && sound(in_either) && sound(rest)));
    bool any = false;
    for (unsigned n = 0; n < 256; ++n) {
      REQUIRE(holds(in_both, n) == (holds(a, n) && holds(b, n)));
      REQUIRE(holds(in_either, n) == (holds(a, n) || holds(b, n)));
      REQUIRE(holds(rest, n) == (holds(a, n) && !holds(b, n)));
      any = any || holds(in_both, n);
    }
    REQUIRE(meet(a, b) == any);
  }
}

TEST_CASE("spans: the ends of all numbers do not wrap around") {
  const Spans all{{0, widest(128)}};
  CHECK(without(all, all).empty());
  CHECK(without(all, {{0, 0}}) == Spans{{1, widest(128)}});
  CHECK(without(all, {{widest(128), widest(128)}}) == Spans{{0, widest(128) - 1}});
  CHECK(either({{0, 4}}, {{5, widest(128)}}) == all);
}

TEST_CASE("spans: numbers by some of their bits") {
  for (unsigned mask = 0; mask < 256; ++mask)
    for (const unsigned value : {0U, 0x5aU & mask, mask}) {
      const auto spans = masked_spans(mask, value, 8);
      REQUIRE(spans);
      for (unsigned n = 0; n < 256; ++n)
        REQUIRE(holds(*spans, n) == ((n & mask) == value));
    }
  CHECK(masked_spans(0xf0, 0x01, 8) == Spans());
  CHECK_FALSE(masked_spans(1, 1, 32)); // two thousand million ranges
  CHECK(masked_spans(0, 0, 128) == Spans{{0, widest(128)}});
}
