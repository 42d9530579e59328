#include "parse/roots.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

const std::string self = "self mnt=21 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/\n";
const std::string task = "root 4242 mnt=31 dev=0:52 inode=1 magic=0x794c7630 ro=1 above=0 path=/\n"
                         "cwd 4242 mnt=31 dev=0:52 inode=9 outside=0\n";
const std::string end = "end settled\n";

bool bad(const std::string& text) { return !parse_roots(text).has_value(); }

} // namespace

TEST_CASE("roots: where each thread stands, and the inspector") {
  const auto roots =
      parse_roots(self + task + "same 4243 4242\n" +
                  "root 4244 mnt=32 dev=8:1 inode=77 magic=0xef53 ro=0 above=3 path=/srv/a\\x20b\n"
                  "cwd 4244 mnt=21 dev=8:1 inode=2 outside=1\n" +
                  end);
  REQUIRE(roots);
  CHECK(roots->settled);
  CHECK(roots->stopped == 0);
  CHECK(roots->self->inode == 2);
  REQUIRE(roots->tasks.size() == 3);
  CHECK(roots->tasks[0].tid == 4242);
  CHECK(roots->tasks[0].root->mount == 31);
  CHECK(roots->tasks[0].root->minor == 52);
  CHECK(roots->tasks[0].root->magic == 0x794c7630);
  CHECK(roots->tasks[0].root->read_only);
  CHECK(roots->tasks[0].root->above == 0U);
  CHECK(roots->tasks[0].cwd->outside == false);
  CHECK(roots->tasks[1].tid == 4243);
  CHECK(roots->tasks[1].root->mount == 31);
  CHECK_FALSE(roots->tasks[2].root->read_only);
  CHECK(roots->tasks[2].root->above == 3U);
  CHECK(roots->tasks[2].root->path == "/srv/a b");
  CHECK(roots->tasks[2].cwd->outside == true);
}

TEST_CASE("roots: what was refused is kept as its errno, never as a value") {
  const auto roots = parse_roots("self !EACCES\nroot 1 !EACCES\ncwd 1 !EPERM\n"
                                 "root 2 mnt=32 dev=8:1 inode=77 magic=0x0 ro=0 above=!EXDEV path=\n"
                                 "cwd 2 mnt=21 dev=8:1 inode=2 outside=!EXDEV\nend !ETIMEDOUT\n");
  REQUIRE(roots);
  CHECK_FALSE(roots->settled);
  CHECK(roots->stopped == ETIMEDOUT);
  CHECK(roots->self.error() == EACCES);
  CHECK(roots->tasks[0].root.error() == EACCES);
  CHECK(roots->tasks[0].cwd.error() == EPERM);
  CHECK(roots->tasks[1].root->above.error() == EXDEV);
  CHECK(roots->tasks[1].cwd->outside.error() == EXDEV);
}

TEST_CASE("roots: threads that came faster than they were read are said") {
  const auto roots = parse_roots(self + task + "end moving\n");
  REQUIRE(roots);
  CHECK_FALSE(roots->settled);
  CHECK(roots->stopped == 0);
}

TEST_CASE("roots: text that does not say all is malformed") {
  CHECK(bad(""));
  CHECK(bad(end));
  CHECK(bad(self + end));
  CHECK(bad(task + end));
  CHECK(bad(self + task));
  CHECK(bad(self + task + end + end));
  CHECK(bad(self + self + task + end));
  CHECK(bad(self + task + task + end));
  CHECK(bad(self + "root 1 !EACCES\n" + end));
  CHECK(bad(self + "cwd 1 !EACCES\n" + end));
  CHECK(bad(self + "same 2 1\n" + task + end));
  CHECK(bad(self + task + "same 4242 4242\n" + end));
  CHECK(bad(self + task + "same 5 6\n" + end));
  CHECK(bad(self + task + "end later\n"));
  CHECK(bad(self + task + "end !EWHAT\n"));
  CHECK(bad(self + task + "end settled"));
  for (const char* line :
       {"root 0 !EACCES\n", "root -1 !EACCES\n", "root 4294967296 !EACCES\n", "root 1 EACCES\n",
        "root 1 !EACCES x\n", "root 1\n", "root 1 \n", "\n", " \n", "what 1 !EACCES\n",
        "root 1 mnt=1 dev=8:1 inode=2 magic=0xef53 ro=2 above=0 path=/\n",
        "root 1 mnt=1 dev=8 inode=2 magic=0xef53 ro=0 above=0 path=/\n",
        "root 1 mnt=1 dev=8:1 inode=2 magic=ef53 ro=0 above=0 path=/\n",
        "root 1 mnt=1 dev=8:1 inode=2 magic=0xef53 ro=0 above=-1 path=/\n",
        "root 1 mnt=1 dev=8:1 inode=2 magic=0xef53 ro=0\n",
        "root 1 mnt=1 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/ x\n"}) {
    CAPTURE(line);
    CHECK(bad(self + line + "cwd 1 !EACCES\n" + end));
  }
}

TEST_CASE("roots: a line of a megabyte is refused and not shown whole") {
  const auto roots = parse_roots(self + "root \x1b" + std::string(1 << 20, 'a') + "\n");
  REQUIRE_FALSE(roots);
  CHECK(roots.error().what.size() < 512);
  CHECK(roots.error().what.find('\x1b') == std::string::npos);
}
