#include "kernel/landlock_child.h"

#include <catch2/catch.hpp>

TEST_CASE("landlock_child: each version of Landlock has the rights that its header names") {
  using sbx::known_landlock_rights;
  CHECK(known_landlock_rights(1) == sbx::HandledMasks{0x1fff, 0, 0});
  CHECK(known_landlock_rights(2) == sbx::HandledMasks{0x3fff, 0, 0});
  CHECK(known_landlock_rights(3) == sbx::HandledMasks{0x7fff, 0, 0});
  CHECK(known_landlock_rights(4) == sbx::HandledMasks{0x7fff, 3, 0});
  CHECK(known_landlock_rights(5) == sbx::HandledMasks{0xffff, 3, 0});
  CHECK(known_landlock_rights(6) == sbx::HandledMasks{0xffff, 3, 3});
  CHECK(known_landlock_rights(9) == sbx::HandledMasks{0x1ffff, 3, 3});
  CHECK(known_landlock_rights(10) == sbx::HandledMasks{0x1ffff, 15, 3});
  CHECK(known_landlock_rights(99) == known_landlock_rights(11)); // a later kernel still knows these
}
