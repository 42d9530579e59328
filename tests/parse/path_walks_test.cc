#include "parse/path_walks.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

std::string keys(int inode, const char* mode = "40755") {
  return " mnt=31 dev=8:1 inode=" + std::to_string(inode) + " mode=" + mode +
         " uid=0 gid=5 nlink=2 rdev=0:0 attributes=0x0 acl=0 magic=0xef53";
}

std::string search(int inode) { return "search" + keys(inode) + "\n"; }
std::string above(int inode) { return "above" + keys(inode) + "\n"; }
std::string file(int inode) { return "file" + keys(inode, "100644") + "\n"; }
bool bad(const std::string& text) { return !parse_path_walks(text).has_value(); }

} // namespace

TEST_CASE("path_walks: a file behind a link, with what is above it") {
  const auto walks = parse_path_walks(
      "path /l/b\n" + search(2) + "link" + keys(3, "120777") + " target=/c\\x20d\n" + search(2) + search(4) +
      "file mnt=32 dev=0:7 inode=9 mode=104755 uid=4294967295 gid=1 nlink=3 rdev=5:6 attributes=0x30 acl=1 "
      "magic=0x794c7630 interpreter=/lib64/ld-linux-x86-64.so.2\n" +
      above(4) + above(2) + "end ok\n");
  REQUIRE(walks);
  const PathWalk& walk = walks->front();
  CHECK(walk.path == "/l/b");
  CHECK(walk.error == 0);
  CHECK(walk.searched.size() == 3);
  REQUIRE(walk.links.size() == 1);
  CHECK(walk.links[0].target == "/c d");
  CHECK(walk.links[0].link.inode == 3);
  CHECK(walk.links[0].directory.inode == 2);
  REQUIRE(walk.file);
  CHECK(walk.file->mount == 32);
  CHECK(walk.file->mode == 0104755);
  CHECK(walk.file->uid == 4294967295U);
  CHECK(walk.file->nlink == 3);
  CHECK(walk.file->rdev_major == 5);
  CHECK(walk.file->rdev_minor == 6);
  CHECK(walk.file->attributes == 0x30);
  CHECK(walk.file->acl);
  CHECK(walk.file->magic == 0x794c7630);
  CHECK(walk.interpreter == "/lib64/ld-linux-x86-64.so.2");
  REQUIRE(walk.above.size() == 2);
  CHECK(walk.above[0].inode == 4);
  CHECK_FALSE(walk.above[0].acl);
}

TEST_CASE("path_walks: a program that needs no interpreter is not one whose interpreter was not seen") {
  const auto walks = parse_path_walks("path /a\n" + search(2) + "file" + keys(3, "100755") +
                                      " interpreter=\nend ok\npath /b\n" + search(2) + file(3) + "end ok\n");
  REQUIRE(walks);
  CHECK((*walks)[0].interpreter == "");
  CHECK_FALSE((*walks)[1].interpreter.has_value());
}

TEST_CASE("path_walks: a name that is not there is missing, and no file") {
  const auto walks =
      parse_path_walks("path /a\\x0ab\n" + search(2) + "missing a\\x0ab\n" + above(2) + "end ok\n");
  REQUIRE(walks);
  CHECK(walks->front().missing == "a\nb");
  CHECK_FALSE(walks->front().file);
  CHECK(walks->front().error == 0);
}

TEST_CASE("path_walks: a walk that was ended keeps what it met, and why it ended") {
  const auto walks = parse_path_walks("path /proc/self/x\n" + search(2) + search(1) +
                                      "end EREMOTE\npath /dead\nend "
                                      "ETIMEDOUT\npath /m\n" +
                                      search(2) + file(3) + above(2) + "end ETIMEDOUT\n");
  REQUIRE(walks);
  REQUIRE(walks->size() == 3);
  CHECK((*walks)[0].error == EREMOTE);
  CHECK((*walks)[0].searched.size() == 2);
  CHECK((*walks)[1].error == ETIMEDOUT);
  CHECK((*walks)[2].file);
}

TEST_CASE("path_walks: the root itself is a file in which nothing was looked up") {
  CHECK_FALSE(bad("path /\nfile" + keys(2) + "\nend ok\n"));
}

TEST_CASE("path_walks: lines out of their order make the whole malformed") {
  const std::string good = "path /a\n" + search(2) + file(3) + "end ok\n";
  CHECK_FALSE(bad(good));
  for (const std::string& text :
       std::vector<std::string>{std::string(),
                                std::string("\n"),
                                std::string("path\n"),
                                std::string("path /a b\n"),
                                search(2),
                                std::string("end ok\n"),
                                std::string("path /b\nend ok\n"),
                                "path /b\n" + search(2) + "end ok\n",
                                "path /b\n" + above(2) + "end EIO\n",
                                "path /b\nmissing b\nend ok\n",
                                "path /b\nlink" + keys(3) + " target=x\nend EIO\n",
                                "path /b\n" + search(2) + file(3) + search(2) + "end ok\n",
                                "path /b\n" + search(2) + file(3) + file(3) + "end ok\n",
                                "path /b\n" + search(2) + "missing b\n" + file(3) + "end ok\n",
                                "path /b\n" + search(2) + file(3) + above(2) + "missing b\nend ok\n",
                                "path /b\npath /c\nend EIO\n",
                                "path /b\n\nend EIO\n",
                                std::string("path /b\nend\n"),
                                std::string("path /b\nend EWHAT\n"),
                                std::string("path /b\nend EIO EIO\n"),
                                std::string("path /b\nstep 1\nend EIO\n")}) {
    CAPTURE(text);
    CHECK(bad(text));
    CHECK((text.empty() || bad(good + text)));
  }
}

TEST_CASE("path_walks: a step that lacks a key, or has one twice, is none") {
  for (const char* step :
       {"", " mnt=31", " mnt=31 dev=8:1 inode=1 mode=40755 uid=0 gid=5 nlink=2 rdev=0:0 attributes=0x0 acl=0",
        " mnt=31 dev=8:1 inode=1 mode=40755 uid=0 gid=5 nlink=2 rdev=0:0 attributes=0x0 acl=2 magic=0x1",
        " mnt=31 dev=8:1 inode=1 mode=40755 uid=0 gid=5 nlink=2 rdev=0:0 attributes=0 acl=0 magic=0x1",
        " mnt=31 dev=8:1 inode=1 mode=40755 uid=0 gid=5 nlink=2 rdev=0 attributes=0x0 acl=0 magic=0x1",
        " mnt=31 mnt=31 inode=1 mode=40755 uid=0 gid=5 nlink=2 rdev=0:0 attributes=0x0 acl=0 magic=0x1",
        " mnt=31 dev=8:1 inode=1 mode=40755 uid=-1 gid=5 nlink=2 rdev=0:0 attributes=0x0 acl=0 magic=0x1"}) {
    CAPTURE(step);
    CHECK(bad("path /b\nsearch" + std::string(step) + "\nend EIO\n"));
  }
  CHECK(bad("path /b\nsearch" + keys(1) + " x\nend EIO\n"));
  CHECK(bad("path /b\n" + search(1) + "link" + keys(1) + "\nend EIO\n"));
  CHECK(bad("path /b\n" + search(1) + "link" + keys(1) + " to=x\nend EIO\n"));
  CHECK(bad("path /b\n" + search(1) + "file" + keys(1) + " target=x\nend ok\n"));
  CHECK(bad("path /b\n" + search(1) + "missing \\x2\nend ok\n"));
}

TEST_CASE("path_walks: a walk that is cut off is not a shorter one, and one path has one walk") {
  CHECK(bad("path /a\n" + search(2)));
  CHECK(bad("path /a\n" + search(2) + file(3) + "end ok"));
  CHECK(bad("path /a\nend EIO\npath /a\nend EIO\n"));
}

TEST_CASE("path_walks: a line of a megabyte is refused and not shown whole") {
  const auto walks = parse_path_walks("path \x1b" + std::string(1 << 20, 'a') + " x\n");
  REQUIRE_FALSE(walks);
  CHECK(walks.error().what.size() < 512);
  CHECK(walks.error().what.find('\x1b') == std::string::npos);
}
