#include "parse/directories.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_directories(text).has_value(); }
} // namespace

TEST_CASE("directories: names and what they are, in the order asked") {
  const auto found = parse_directories("dir /dev\nentry null mode=20666 rdev=1:3\nentry odd !EACCES\nend ok\n"
                                       "dir /a\\x20b\nend cut\ndir /gone\nend ENOENT\n");
  REQUIRE(found);
  REQUIRE(found->size() == 3);
  CHECK((*found)[0].path == "/dev");
  REQUIRE((*found)[0].entries.size() == 2);
  CHECK((*found)[0].entries[0].name == "null");
  CHECK((*found)[0].entries[0].mode == 020666);
  CHECK((*found)[0].entries[0].rdev_major == 1);
  CHECK((*found)[0].entries[0].rdev_minor == 3);
  CHECK((*found)[0].entries[1].error == EACCES);
  CHECK((*found)[0].error == 0);
  CHECK_FALSE((*found)[0].cut);
  CHECK((*found)[1].path == "/a b");
  CHECK((*found)[1].cut);
  CHECK((*found)[2].error == ENOENT);
}

TEST_CASE("directories: what came before it ended is kept") {
  const auto found = parse_directories("dir /d\nentry a mode=100644 rdev=0:0\nend ETIMEDOUT\n");
  REQUIRE(found);
  CHECK(found->front().entries.size() == 1);
  CHECK(found->front().error == ETIMEDOUT);
}

TEST_CASE("directories: a name may hold any byte but those that no name holds") {
  const auto found = parse_directories("dir /d\nentry a\\x20b\\x0a\\xff mode=100644 rdev=0:0\nend ok\n");
  REQUIRE(found);
  CHECK(found->front().entries.front().name == "a b\n\xff");
  for (const char* name : {".", "..", "a/b", "", "a\\x00b", "a\\b"})
    CHECK(bad("dir /d\nentry " + std::string(name) + " mode=100644 rdev=0:0\nend ok\n"));
}

TEST_CASE("directories: text that is no such list is malformed") {
  for (const char* text : {"",
                           "\n",
                           "end ok\n",
                           "dir /d\n",
                           "dir \nend ok\n",
                           "dir /d\nend\n",
                           "dir /d\nend what\n",
                           "dir /d\nend !ENOENT\n",
                           "dir /d\ndir /e\nend ok\n",
                           "entry a mode=1 rdev=0:0\n",
                           "dir /d\nend ok\nend ok\n",
                           "dir /d\nend ok\ndir /d\nend ok\n",
                           "dir /d\nend ok",
                           "dir /d\nentry a\nend ok\n",
                           "dir /d\nentry a !EWHAT\nend ok\n",
                           "dir /d\nentry a mode=8 rdev=0:0\nend ok\n",
                           "dir /d\nentry a mode=1 rdev=0\nend ok\n",
                           "dir /d\nentry a mode=1 rdev=0:0 x\nend ok\n",
                           "dir /d\nentry a rdev=0:0 mode=1\nend ok\n",
                           "dir /d\nother a\nend ok\n",
                           "dir /d\nentry a mode=1 rdev=0:0\nentry a mode=1 rdev=0:0\nend ok\n"}) {
    CAPTURE(text);
    CHECK(bad(text));
  }
}
