#include "parse/id_map.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_id_map(text).has_value(); }
} // namespace

TEST_CASE("id_map: the initial user namespace maps every id to itself") {
  const auto ranges = parse_id_map("         0          0 4294967295\n");
  REQUIRE(ranges);
  REQUIRE(ranges->size() == 1);
  CHECK(ranges->front().inside == 0);
  CHECK(ranges->front().outside == 0);
  CHECK(ranges->front().count == 4294967295U);
}

TEST_CASE("id_map: a rootless container has several ranges") {
  const auto ranges = parse_id_map("         0       1000          1\n         1     100000      65536\n");
  REQUIRE(ranges->size() == 2);
  CHECK((*ranges)[1].inside == 1);
  CHECK((*ranges)[1].outside == 100000);
  CHECK((*ranges)[1].count == 65536);
}

TEST_CASE("id_map: a namespace whose map was not written yet maps nothing, and that is seen") {
  REQUIRE(parse_id_map(""));
  CHECK(parse_id_map("")->empty());
}

TEST_CASE("id_map: what no kernel prints is malformed") {
  CHECK(bad("\n"));
  CHECK(bad("0 0\n"));
  CHECK(bad("0 0 1 1\n"));
  CHECK(bad("-1 0 1\n"));
  CHECK(bad("0 0 4294967296\n"));
  CHECK(bad("0 0 0x10\n"));
  CHECK(bad("0 0 1\nroot 0 1\n"));
  CHECK(bad(std::string("0 0 1\0\n", 7)));
  CHECK(bad(std::string(1 << 20, '1') + " 0 1\n"));
}

TEST_CASE("id_map: a count cut off is not a smaller count") {
  CHECK(bad("         0          0 42949"));
  CHECK(bad("0 1000 1\n1 100000 655"));
}

TEST_CASE("id_map: a map of a megabyte is read, for the kernel's bound is on ranges and not on us") {
  std::string text;
  while (text.size() < 1 << 20)
    text += "0 0 1\n";
  CHECK(parse_id_map(text)->size() == (text.size() / 6));
}
