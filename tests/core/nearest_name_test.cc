#include "core/nearest_name.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

using sbx::nearest_name;

TEST_CASE("nearest_name: letters left out, put in, changed and swapped") {
  constexpr std::array<std::string_view, 3> known{"read_only", "read_write", "port"};
  CHECK(nearest_name("read_onyl", known) == "read_only");
  CHECK(nearest_name("readonly", known) == "read_only");
  CHECK(nearest_name("raed_write", known) == "read_write");
  CHECK(nearest_name("prot", known) == "port");
  CHECK(nearest_name("read", known) == "read_only"); // its beginning
}

TEST_CASE("nearest_name: what is far from all is near to none") {
  constexpr std::array<std::string_view, 2> known{"read_only", "tls"};
  CHECK_FALSE(nearest_name("hosts", known));
  CHECK_FALSE(nearest_name("", known));
  CHECK_FALSE(nearest_name("ab", known));
  CHECK_FALSE(nearest_name(std::string(1 << 20, 'r'), known));
  CHECK_FALSE(nearest_name("x", {}));
}
