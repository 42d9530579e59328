#include "parse/properties.h"

#include "kernel/property_text.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_properties(text).has_value(); }
} // namespace

TEST_CASE("properties: keys, values and refusals are read in the order written") {
  const auto properties =
      parse_properties("sys_vendor QEMU\nproduct_name !ENOENT\nname Standard PC (i440FX)\n");
  REQUIRE(properties);
  REQUIRE(properties->size() == 3);
  CHECK(find_property(*properties, "sys_vendor")->value == "QEMU");
  CHECK(find_property(*properties, "product_name")->value.error() == ENOENT);
  CHECK(*find_property(*properties, "name")->value == "Standard PC (i440FX)");
  CHECK(find_property(*properties, "board") == nullptr);
}

TEST_CASE("properties: of a key that comes twice the first is found, and both are there") {
  const auto properties = parse_properties("key 1\nkey 2\n");
  CHECK(properties->size() == 2);
  CHECK(find_property(*properties, "key")->value == "1");
}

TEST_CASE("properties: an empty value is a value") {
  CHECK(find_property(*parse_properties("vendor \n"), "vendor")->value == "");
  CHECK(find_property(*parse_properties("vendor\n"), "vendor")->value == "");
  CHECK(parse_properties("")->empty());
}

TEST_CASE("properties: whatever bytes the adapter is given come back, and never as a refusal or a line") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte)
    every += static_cast<char>(byte);
  for (const std::string& value :
       {std::string("QEMU"), std::string(""), std::string("!EACCES"), std::string("!"),
        std::string("a\nkey forged"), std::string("\\x41"), every}) {
    const std::string line = property_line("key", value);
    CHECK(line.find('\n') == line.size() - 1);
    const auto properties = parse_properties(line);
    REQUIRE(properties);
    REQUIRE(properties->size() == 1);
    CHECK(properties->front().value == value);
  }
}

TEST_CASE("properties: every errno comes back, also one that has no name") {
  for (const int error : {EACCES, ENOENT, 524, 4095})
    CHECK(parse_properties(property_line("key", refused(error)))->front().value.error() == error);
}

TEST_CASE("properties: what no adapter writes is malformed") {
  CHECK(bad(" value\n"));
  CHECK(bad("\n"));
  CHECK(bad("key !\n"));
  CHECK(bad("key !0\n"));
  CHECK(bad("key !EWHAT\n"));
  CHECK(bad("key !EACCES \n"));
  CHECK(bad("key a\\\n"));
  CHECK(bad("key \\x4\n"));
  CHECK(bad("key \\n\n"));
  CHECK(bad("key \\X41\n"));
}

TEST_CASE(
    "properties: a last line that is cut off is malformed, for the rest of it may have said another thing") {
  CHECK(bad("pid 42"));
  CHECK(bad("pid 42\nexe !EACCES"));
}

TEST_CASE("properties: bad text of a megabyte is not shown whole, nor its control characters") {
  const auto refused = parse_properties("key \\" + std::string(1 << 20, '\x1b') + "\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 1024);
  CHECK(refused.error().what.find('\x1b') == std::string::npos);
}
