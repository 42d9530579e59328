#include "kernel/live_environ_names.h"

#include "kernel/process_environ.h"
#include "parse/environ_names.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace sbx;
using namespace std::string_literals;

TEST_CASE("live_environ_names: names, and no byte of a value") {
  CHECK(environ_name_lines("TOKEN=hush\0EMPTY=\0A B\n=x\0no equals\0=x\0"s) ==
        "name TOKEN value=1 left_out=0\nname EMPTY value=0 left_out=0\nname A\\x20B\\x0a value=1 left_out=0\n"
        "name  value=1 left_out=0\nend more=0\n");
  CHECK(environ_name_lines("") == "end more=0\n");
  CHECK(environ_name_lines("A=1=2\0"s) == "name A value=1 left_out=0\nend more=0\n");
}

TEST_CASE("live_environ_names: long names are cut, and many are counted") {
  const std::string text = environ_name_lines(std::string(300, 'x') + "=1");
  CHECK(parse_environ_names(text)->names[0].name == std::string(256, 'x'));
  CHECK(parse_environ_names(text)->names[0].left_out == 44);
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += "X" + std::to_string(i) + "=1\0"s;
  const auto parsed = parse_environ_names(environ_name_lines(many));
  REQUIRE(parsed);
  CHECK(parsed->names.size() == 4096);
  CHECK(parsed->more == 904);
}

TEST_CASE("live_environ_names: our own are read from /proc") {
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const Reading text = read_environment(*self).map(environ_name_lines);
  REQUIRE(text);
  const auto parsed = parse_environ_names(*text);
  REQUIRE(parsed);
  CHECK(std::any_of(parsed->names.begin(), parsed->names.end(),
                    [](const EnvironName& it) { return it.name == "PATH" && it.has_value; }));
}
