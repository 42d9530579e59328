#include "parse/path_spots.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
const std::string good = "/usr/bin mnt=31 dev=8:1 inode=123 mode=40755\n";
bool bad(const std::string& text) { return !parse_path_spots(text).has_value(); }
} // namespace

TEST_CASE("path_spots: what stands at a path, in the order asked") {
  const auto spots =
      parse_path_spots(good + "/gone !ENOENT\n/tmp mnt=4294967296 dev=0:52 inode=18446744073709551615 "
                              "mode=120777\n");
  REQUIRE(spots);
  REQUIRE(spots->size() == 3);
  CHECK((*spots)[0].path == "/usr/bin");
  CHECK((*spots)[0].found->mount == 31);
  CHECK((*spots)[0].found->major == 8);
  CHECK((*spots)[0].found->minor == 1);
  CHECK((*spots)[0].found->inode == 123);
  CHECK((*spots)[0].found->mode == 040755);
  CHECK((*spots)[1].found.error() == ENOENT);
  CHECK((*spots)[2].found->mount == 4294967296);
  CHECK((*spots)[2].found->inode == 18446744073709551615U);
}

TEST_CASE("path_spots: a path may hold any byte") {
  const auto spots = parse_path_spots("/a\\x20b\\x0a\\xff !ELOOP\n");
  REQUIRE(spots);
  CHECK(spots->front().path == "/a b\n\xff");
}

TEST_CASE("path_spots: text that is no list of paths is malformed") {
  for (const char* line : {"\n",
                           " !ENOENT\n",
                           "/a\n",
                           "/a \n",
                           "/a !\n",
                           "/a !EWHAT\n",
                           "/a !ENOENT x\n",
                           "/\\x2 !ENOENT\n",
                           "/a\\b !ENOENT\n",
                           "/a  !ENOENT\n",
                           "/a mnt=31 dev=8:1 inode=123\n",
                           "/a dev=8:1 mnt=31 inode=123 mode=40755\n",
                           "/a mnt=31 dev=8 inode=123 mode=40755\n",
                           "/a mnt=31 dev=8:1 inode=-1 mode=40755\n",
                           "/a mnt=31 dev=8:1 inode=123 mode=40758\n",
                           "/a mnt=31 dev=8:1 inode=123 mode=40755 x\n",
                           "/a mnt= dev=8:1 inode=123 mode=40755\n",
                           "/a mnt=31  dev=8:1 inode=123 mode=40755\n",
                           "/a mnt=31 dev=8:4294967296 inode=123 mode=40755\n",
                           "/a mnt=31 dev=8:1 inode=18446744073709551616 mode=0\n"}) {
    CAPTURE(line);
    CHECK(bad(line));
    CHECK(bad(good + line));
  }
  CHECK(bad(""));
}

TEST_CASE("path_spots: one path with two answers is believed in neither") {
  CHECK(bad(good + "/usr/bin !ENOENT\n"));
  CHECK(bad(good + "/usr/bi\\x6e !ENOENT\n"));
}

TEST_CASE("path_spots: a number cut off is not another one") {
  CHECK(bad(good + "/a mnt=31 dev=8:1 inode=123 mode=407"));
}

TEST_CASE("path_spots: a line of a megabyte is refused and not shown whole") {
  const auto spots = parse_path_spots("/\x1b" + std::string(1 << 20, 'a') + "\n");
  REQUIRE_FALSE(spots);
  CHECK(spots.error().what.size() < 512);
  CHECK(spots.error().what.find('\x1b') == std::string::npos);
}
