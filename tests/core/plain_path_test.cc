#include "core/plain_path.h"

#include <catch2/catch.hpp>

TEST_CASE("plain_path: what changes nothing is left out") {
  CHECK(sbx::plain_path("/a//b/./") == "/a/b");
  CHECK(sbx::plain_path("/") == "/");
  CHECK(sbx::plain_path("//.//") == "/");
  CHECK(sbx::plain_path("/a/..") == "/a/.."); // a link may stand there
}

TEST_CASE("plain_path: a relative path stays one") {
  CHECK(sbx::plain_path("a//b/") == "a/b");
  CHECK(sbx::plain_path("./a") == "a");
  CHECK(sbx::plain_path(".") == ".");
  CHECK(sbx::plain_path("") == ".");
}
