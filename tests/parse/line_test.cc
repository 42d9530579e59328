#include "parse/line.h"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <string>

using namespace sbx;

namespace {
std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> found;
  each_line(text, [&](std::string_view line) {
    found.emplace_back(line);
    return true;
  });
  return found;
}
using Lines = std::vector<std::string>;
using Words = std::vector<std::string_view>;
} // namespace

TEST_CASE("line: text is cut at newlines and nowhere else") {
  CHECK(lines("").empty());
  CHECK(lines("a\nb\n") == Lines{"a", "b"});
  CHECK(lines("a\nb") == Lines{"a", "b"});
  CHECK(lines("\n\na") == Lines{"", "", "a"});
  CHECK(lines(std::string_view("a\0b\rc\x0b\n", 7)) == Lines{std::string("a\0b\rc\x0b", 6)});
}

TEST_CASE("line: whoever stops sees no further line, and it is said") {
  int seen = 0;
  CHECK_FALSE(each_line("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; }));
  CHECK(seen == 2);
  CHECK(each_line("", [](std::string_view) { return false; }));
}

TEST_CASE("line: only text that ends with its newline is whole") {
  CHECK_FALSE(cut_off(""));
  CHECK_FALSE(cut_off("a\n"));
  CHECK(cut_off("a"));
  CHECK(cut_off("a\nb"));
}

TEST_CASE("line: words are separated by spaces and tabs, however many") {
  CHECK(words("").empty());
  CHECK(words(" \t ").empty());
  CHECK(words("  a\t b  ") == Words{"a", "b"});
  CHECK(words("a\nb") == Words{"a\nb"});
}

TEST_CASE("line: white space goes from both ends and stays within") {
  CHECK(trimmed(" \t\r\na b\n") == "a b");
  CHECK(trimmed(" \n").empty());
  CHECK(trimmed(std::string_view("\0a\0", 3)).size() == 3);
}

TEST_CASE("line: a number is the whole text, or it is none") {
  CHECK(number<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
  CHECK(number<std::int64_t>("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(number<unsigned>("007") == 7U);
  CHECK(number<std::uint64_t>("00ff", 16) == 255U);
  for (const char* text :
       {"", " 1", "1 ", "+1", "-1", "1x", "0x1", "1.0", "1e3", "18446744073709551616", "x"})
    CHECK_FALSE(number<std::uint64_t>(text).has_value());
  CHECK_FALSE(number<std::uint64_t>(std::string_view("1\0", 2)).has_value());
  CHECK_FALSE(number<std::uint64_t>("0xff", 16).has_value());
  CHECK_FALSE(number<std::uint32_t>("4294967296").has_value());
}
