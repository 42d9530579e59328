#include "report/text_layout.h"

#include <catch2/catch.hpp>

using sbx::display_columns;
using sbx::printable;
using sbx::wrapped;
using Lines = std::vector<std::string>;

TEST_CASE("text_layout: what is escaped stays as it is, what is not is escaped") {
  CHECK(printable("plain \\x1b \\", true) == "plain \\x1b \\");
  CHECK(printable("\x1b[2J\\x1b", true) == "\\x1b[2J\\x1b");
  CHECK(printable(printable("\x1b\\\xff\n", true), true) == printable("\x1b\\\xff\n", true));
  CHECK(printable(std::string(5000, 'a'), true).size() == 5000);
  CHECK(printable("", true).empty());
}

TEST_CASE("text_layout: without unicode nothing but ASCII comes out") {
  CHECK(printable("名", true) == "名");
  CHECK(printable("名", false) == "\\xe5\\x90\\x8d");
  CHECK(printable("\u202e", false) == "\\xe2\\x80\\xae");
}

TEST_CASE("text_layout: columns are what a terminal uses") {
  CHECK(display_columns("abc") == 3);
  CHECK(display_columns("naïve") == 5);
  CHECK(display_columns("nai\u0308ve") == 5);
  CHECK(display_columns("沙箱") == 4);
  CHECK(display_columns("🙂!") == 3);
}

TEST_CASE("text_layout: text is broken at spaces and never wider than asked") {
  CHECK(wrapped("", 10) == Lines{""});
  CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrapped("one two three", 6) == Lines{"one", "two", "three"});
  CHECK(wrapped("沙箱 沙箱", 8) == Lines{"沙箱", "沙箱"});
}

TEST_CASE("text_layout: a word longer than a line is cut between characters") {
  CHECK(wrapped("abcdefgh", 3) == Lines{"abc", "def", "gh"});
  CHECK(wrapped("a abcdef b", 3) == Lines{"a", "abc", "def", "b"});
  CHECK(wrapped("沙箱沙", 3) == Lines{"沙", "箱", "沙"});
  CHECK(wrapped("沙箱", 1) == Lines{"沙", "箱"});
}
