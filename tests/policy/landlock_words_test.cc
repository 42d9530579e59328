#include "policy/landlock_words.h"

#include <catch2/catch.hpp>

using sbx::LandlockKind;

TEST_CASE("landlock_words: the masks of the ABIs, as the kernel numbers the rights") {
  CHECK(sbx::landlock_mask(LandlockKind::fs, 1) == 0x1fff);
  CHECK(sbx::landlock_mask(LandlockKind::fs, 2) == 0x3fff);
  CHECK(sbx::landlock_mask(LandlockKind::fs, 5) == 0xffff);
  CHECK(sbx::landlock_mask(LandlockKind::net, 3) == 0);
  CHECK(sbx::landlock_mask(LandlockKind::net, 4) == 3);
  CHECK(sbx::landlock_mask(LandlockKind::scope, 6) == 3);
  CHECK(sbx::landlock_read_rights() == 0xd);
  CHECK(sbx::landlock_bit(LandlockKind::net, "execute") == 0);
}

TEST_CASE("landlock_words: wishes for one path may have what the others ask for") {
  std::vector<sbx::Wish<sbx::PathWish>> paths(3);
  paths[0].value = {"/a", "", 1, 1};
  paths[1].value = {"/b", "", 2, 2};
  paths[2].value = {"/a/", "", 4, 4};
  sbx::join_wishes_for_one_path(paths);
  CHECK(paths[0].value.may == 5);
  CHECK(paths[1].value.may == 2);
  CHECK(paths[2].value.may == 5);
  CHECK(paths[0].value.access == 1);
}
