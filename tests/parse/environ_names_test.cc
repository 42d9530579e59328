#include "parse/environ_names.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_environ_names(text).has_value(); }
} // namespace

TEST_CASE("environ_names: names, and whether they have a value") {
  const auto parsed = parse_environ_names("name HOME value=1 left_out=0\nname A\\x20B value=0 left_out=12\n"
                                          "name  value=1 left_out=0\nend more=5\n");
  REQUIRE(parsed);
  REQUIRE(parsed->names.size() == 3);
  CHECK(parsed->names[0].name == "HOME");
  CHECK(parsed->names[0].has_value);
  CHECK_FALSE(parsed->names[0].redacted);
  CHECK(parsed->names[1].name == "A B");
  CHECK_FALSE(parsed->names[1].has_value);
  CHECK(parsed->names[1].left_out == 12);
  CHECK(parsed->names[2].name.empty());
  CHECK(parsed->more == 5);
}

TEST_CASE("environ_names: names that are not told are numbers, and say whether they look like secrets") {
  const auto parsed =
      parse_environ_names("redacted 1 value=1 secret=0\nredacted 2 value=0 secret=1\nend more=0\n");
  REQUIRE(parsed);
  REQUIRE(parsed->names.size() == 2);
  CHECK(parsed->names[0].redacted);
  CHECK(parsed->names[0].name.empty());
  CHECK_FALSE(parsed->names[0].secret);
  CHECK(parsed->names[1].secret);
  CHECK_FALSE(parsed->names[1].has_value);
}

TEST_CASE("environ_names: an empty environment is one, a list that does not end is not") {
  CHECK(parse_environ_names("end more=0\n")->names.empty());
  CHECK(bad(""));
  CHECK(bad("name HOME value=1 left_out=0\n"));
  CHECK(bad("end more=0"));
  CHECK(bad("end more=0\nname HOME value=1 left_out=0\n"));
}

TEST_CASE("environ_names: what no adapter writes is malformed") {
  for (const char* line :
       {"name", "name A", "name A value=2 left_out=0", "name A value=1", "name A value=1 left_out=-1",
        "name A value=1 left_out=0 x", "name A\\ value=1 left_out=0", "names A value=1 left_out=0",
        "redacted 2 value=1 secret=1", "redacted 1 value=1 secret=2", "redacted 1 value=1",
        "redacted A value=1 secret=0", "end", "end more=x"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\nend more=0\n"));
  }
}
