#include "parse/commands.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {

bool bad(const std::string& text) { return !parse_commands(text).has_value(); }

Command one(const std::string& line) {
  const auto all = parse_commands(line + "\n");
  if (!all)
    FAIL(all.error().what);
  REQUIRE(all->size() == 1);
  return all->front();
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("commands: a path, and words as they are") {
  const Command it = one("4242 exe=:/usr/bin/my\\x20bwrap argv=:bwrap,:--unshare-net,:a\\x2cb,:,:\\x0a");
  CHECK(it.path == "4242");
  CHECK(it.error == 0);
  CHECK(it.exe == std::string("/usr/bin/my bwrap"));
  CHECK(it.argv == Words{"bwrap", "--unshare-net", "a,b", "", "\n"});
  CHECK_FALSE(it.cut);
}

TEST_CASE("commands: words that go on are said to be cut") {
  CHECK(one("7 exe=:/x argv=cut,:java,:-cp").cut);
  CHECK(one("7 exe=:/x argv=cut,:java,:-cp").argv == Words{"java", "-cp"});
  CHECK(one("7 exe=:/x argv=cut").cut);
  CHECK(one("7 exe=:/x argv=:cut,:cut").argv == Words{"cut", "cut"}); // words that are called so
  CHECK_FALSE(one("7 exe=:/x argv=:cut").cut);
}

TEST_CASE("commands: a process without words, as a kernel thread, has none that were seen") {
  CHECK(one("2 exe=!ENOENT argv=").argv == Words{});
  CHECK(one("2 exe=!ENOENT argv=").exe.error() == ENOENT);
}

TEST_CASE("commands: what was refused keeps its errno") {
  CHECK(one("4243 exe=!EACCES argv=!EPERM").exe.error() == EACCES);
  CHECK(one("4243 exe=!EACCES argv=!EPERM").argv.error() == EPERM);
  CHECK(one("4244 !ETIMEDOUT").error == ETIMEDOUT);
  CHECK(one("4244 !ETIMEDOUT").path == "4244");
}

TEST_CASE("commands: words that look like our own are words") {
  CHECK(one("7 exe=:!EACCES argv=:!EACCES,:exe=:/x,:argv=").argv == Words{"!EACCES", "exe=:/x", "argv="});
  CHECK(one("7 exe=:!EACCES argv=").exe == std::string("!EACCES"));
}

TEST_CASE("commands: lines that are no such line are malformed") {
  for (const char* line : {"",
                           "x exe=:/a argv=:a",
                           "0 exe=:/a argv=:a",
                           "-1 exe=:/a argv=:a",
                           "7",
                           "7 exe=:/a",
                           "7 argv=:a exe=:/a",
                           "7 exe=:/a argv=:a more",
                           "7 exe=/a argv=:a",
                           "7 exe= argv=:a",
                           "7 exe=:/a argv=a",
                           "7 exe=:/a argv=:a,b",
                           "7 exe=:/a argv=:a,",
                           "7 exe=:/a argv=,:a",
                           "7 exe=:/a argv=:a,,:b",
                           "7 exe=:/a argv=:a,cut",
                           "7 exe=:/a argv=cut,cut",
                           "7 exe=:/a argv=cut,",
                           "7 exe=:/a\\n argv=",
                           "7 exe=:/a argv=:\\x0",
                           "7 exe=!EWHAT argv=",
                           "7 exe=:/a argv=!EWHAT",
                           "7 exe=:/a argv=!EACCES,:a",
                           "7 !EWHAT",
                           "7 EACCES",
                           "7 !EACCES argv=:a"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\n"));
    CHECK(bad("6 exe=:/a argv=:a\n" + std::string(line) + "\n"));
  }
  CHECK(bad(""));
}

TEST_CASE("commands: a process that is told twice is malformed, for one of them may be forged") {
  CHECK(bad("7 exe=:/a argv=:a\n7 exe=:/b argv=:b\n"));
  CHECK(bad("7 exe=:/a argv=:a\n7 !EACCES\n"));
  CHECK(parse_commands("7 exe=:/a argv=:a\n8 exe=:/a argv=:a\n")->size() == 2);
}

TEST_CASE("commands: cutting the text anywhere leaves whole lines, or is malformed") {
  const std::string text = "7 exe=:/a argv=cut,:a,:bc\n4243 !EACCES\n";
  for (std::size_t length = 0; length < text.size(); ++length)
    if (parse_commands(text.substr(0, length)))
      CHECK(text[length - 1] == '\n');
}

TEST_CASE("commands: long and hostile text is not carried into what is said of it") {
  const auto all = parse_commands("7 \x1b[2J" + std::string(1 << 20, 'x') + "\n");
  REQUIRE_FALSE(all);
  CHECK(all.error().what.size() < 512);
  CHECK(all.error().what.find('\x1b') == std::string::npos);
  CHECK(bad(std::string(4096, '\0') + "\n"));
  std::string many;
  for (int pid = 1; pid <= 20'000; ++pid)
    many += std::to_string(pid) + " exe=:/a argv=:a\n";
  CHECK(parse_commands(many)->size() == 20'000);
}
