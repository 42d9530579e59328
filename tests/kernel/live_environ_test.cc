#include "kernel/live_environ.h"

#include "kernel/process_environ.h"
#include "parse/properties.h"

#include <catch2/catch.hpp>

using namespace std::string_literals;
using sbx::environ_lines;

TEST_CASE("environ: only what is known to speak of a sandbox is kept") {
  CHECK(environ_lines("HOME=/root\0OPENSHELL_SANDBOX=1\0AWS_SECRET_ACCESS_KEY=x\0container=podman\0"s) ==
        "OPENSHELL_SANDBOX 1\ncontainer podman\n");
  CHECK(environ_lines("").empty());
  CHECK(environ_lines("OPENSHELL_SANDBOX"s).empty());
  CHECK(environ_lines("XOPENSHELL_SANDBOX=1\0OPENSHELL_SANDBOXX=1"s).empty());
}

TEST_CASE("environ: a value that may be a secret is not kept, that there is one is") {
  CHECK(environ_lines("HTTP_PROXY=http://user:secret@10.200.0.1:3128\0"s) == "HTTP_PROXY \n");
}

TEST_CASE("environ: hostile values are escaped, cut, and read back as they were") {
  const std::string text =
      environ_lines("container=!EPERM\nx y\0container="s + std::string(1000, 'a') + "\0"s);
  const auto back = sbx::parse_properties(text);
  REQUIRE(back);
  REQUIRE(back->size() == 2);
  CHECK((*back)[0].value == "!EPERM\nx y"s);
  CHECK((*back)[1].value == std::string(256, 'a'));
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "container=x\0"s;
  CHECK(sbx::parse_properties(environ_lines(many))->size() == 64);
}

TEST_CASE("environ: our own is read from /proc") {
  const auto self = sbx::ProcTarget::self();
  REQUIRE(self);
  CHECK(sbx::read_environment(*self));
}
