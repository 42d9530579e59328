#include "core/errno_name.h"

#include <catch2/catch.hpp>

#include <cerrno>

using sbx::errno_from_name;
using sbx::errno_name;

TEST_CASE("errno_name: an errno is spelled as the kernel spells it") {
  CHECK(errno_name(EACCES) == "EACCES");
  CHECK(errno_name(EOPNOTSUPP) == "EOPNOTSUPP");
  CHECK(errno_name(EAGAIN) == "EAGAIN");
}

TEST_CASE("errno_name: every number the kernel can return comes back from its name") {
  for (int error = 1; error <= 4095; ++error) {
    const std::string name = errno_name(error);
    CAPTURE(name);
    REQUIRE(errno_from_name(name) == error);
  }
}

TEST_CASE("errno_name: a number without a name is one word, for the dialects separate words by spaces") {
  CHECK(errno_name(524) == "errno_524");
  for (int error = 1; error <= 4095; ++error)
    REQUIRE(errno_name(error).find_first_of(" \t\n!=") == std::string::npos);
}

TEST_CASE("errno_name: nothing but a name is read as one") {
  for (const char* text :
       {"",           "0",          "13",         "eacces",     "EACCES ",    " EACCES",
        "EACCESS",    "EACC",       "ok",         "errno_",     "errno_0",    "errno_13",
        "errno_0524", "errno_-524", "errno_+524", "errno_524x", "errno_4096", "errno_99999999999999999999",
        "errno 524",  "Success"})
    CHECK_FALSE(errno_from_name(text).has_value());
  CHECK_FALSE(errno_from_name(std::string_view("EACCES\0", 7)).has_value());
}
