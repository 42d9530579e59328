#include "kernel/landlock_child.h"

#include <catch2/catch.hpp>

TEST_CASE("landlock_child: each version of Landlock has the rights that its header names") {
  using sbx::known_landlock_rights;
  CHECK(known_landlock_rights(1) == sbx::LandlockMasks{0x1fff, 0, 0});
  CHECK(known_landlock_rights(2) == sbx::LandlockMasks{0x3fff, 0, 0});
  CHECK(known_landlock_rights(3) == sbx::LandlockMasks{0x7fff, 0, 0});
  CHECK(known_landlock_rights(4) == sbx::LandlockMasks{0x7fff, 3, 0});
  CHECK(known_landlock_rights(5) == sbx::LandlockMasks{0xffff, 3, 0});
  CHECK(known_landlock_rights(6) == sbx::LandlockMasks{0xffff, 3, 3});
  CHECK(known_landlock_rights(9) == sbx::LandlockMasks{0x1ffff, 3, 3});
  CHECK(known_landlock_rights(10) == sbx::LandlockMasks{0x1ffff, 15, 3});
  CHECK(known_landlock_rights(99) == known_landlock_rights(11)); // a later kernel still knows these
}
