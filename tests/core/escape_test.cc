#include "core/escape.h"

#include <catch2/catch.hpp>

using sbx::escaped;
using sbx::escaped_word;
using sbx::unescape;

TEST_CASE("escape: visible text of any script stays as it is") {
  CHECK(escaped("bash") == "bash");
  CHECK(escaped("naïve 沙箱 🙂") == "naïve 沙箱 🙂");
}

TEST_CASE("escape: nothing of the target's reaches a terminal as a control") {
  CHECK(escaped("\x1b]0;pwned\x07") == "\\x1b]0;pwned\\x07");
  CHECK(escaped("a\nb\rc\x7f") == "a\\x0ab\\x0dc\\x7f");
  CHECK(escaped("back\\slash") == "back\\x5cslash");
}

TEST_CASE("escape: text that hides or reorders is shown as bytes") {
  CHECK(escaped("\u202egpj.exe") == "\\xe2\\x80\\xaegpj.exe");
  CHECK(escaped("ro\u200bot") == "ro\\xe2\\x80\\x8bot");
}

TEST_CASE("escape: bytes that are no UTF-8 are shown as bytes") {
  CHECK(escaped("\xff\xc0\xaf") == "\\xff\\xc0\\xaf"); // overlong '/'
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80"); // a surrogate
  CHECK(escaped("cut\xe2\x82") == "cut\\xe2\\x82");
}

TEST_CASE("escape: long text is cut and says so") {
  CHECK(escaped(std::string(300, 'a'), 4) == "aaaa... (296 bytes more)");
}

TEST_CASE("escape: what was escaped comes back, and nothing else is taken for an escape") {
  std::string bytes;
  REQUIRE(unescape(escaped("\x1b[0m \xff\\"), bytes));
  CHECK(bytes == "\x1b[0m \xff\\");
  CHECK_FALSE(unescape("\\n", bytes));
  CHECK_FALSE(unescape("\\x1", bytes));
  CHECK_FALSE(unescape("\\xZZ", bytes));
}

TEST_CASE("escape: a word of a line holds no space, is never cut, and comes back whole") {
  CHECK(escaped_word("/usr/bin") == "/usr/bin");
  CHECK(escaped_word("a b\n\\") == "a\\x20b\\x0a\\x5c");
  const std::string large = "\xff" + std::string(100'000, ' ');
  std::string back;
  CHECK(unescape(escaped_word(large), back));
  CHECK(back == large);
}
