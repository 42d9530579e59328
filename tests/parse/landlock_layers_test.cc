#include "parse/landlock_layers.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_landlock_layers(text).has_value(); }
} // namespace

TEST_CASE("landlock_layers: each task has its number of layers, and 0 is seen") {
  const auto layers = parse_landlock_layers("4242 2\n4243 0\n9 16\n");
  REQUIRE(layers);
  CHECK(*layers == LandlockLayers{{4242, 2}, {4243, 0}, {9, 16}});
  CHECK_FALSE(layers->contains(1)); // not told is not 0
}

TEST_CASE("landlock_layers: what no kernel has is malformed, and never a smaller number") {
  for (const char* line : {"", "x 1", "0 1", "-1 1", "7", "7 ", "7 x", "7 -1", "7 17", "7 1 1",
                           "7 4294967296", "7 !EPERM", "99999999999999999999 1", "7\t"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\n"));
    CHECK(bad("6 1\n" + std::string(line) + "\n8 1\n"));
  }
  CHECK(bad(""));
}

TEST_CASE("landlock_layers: a task that is told twice is malformed, also with the same number") {
  CHECK(bad("7 1\n7 0\n"));
  CHECK(bad("7 1\n7 1\n"));
}

TEST_CASE("landlock_layers: a text that is cut off is malformed, and never a smaller number") {
  CHECK(bad("7 16\n8 1"));
  CHECK(bad("7 1"));
  CHECK(parse_landlock_layers("7 16\n8 16\n")->at(8) == 16);
}

TEST_CASE("landlock_layers: long and hostile text is not carried into what is said of it") {
  const auto layers = parse_landlock_layers("7 \x1b[2J" + std::string(1 << 20, 'x') + "\n");
  REQUIRE_FALSE(layers);
  CHECK(layers.error().what.size() < 512);
  CHECK(layers.error().what.find('\x1b') == std::string::npos);
}
