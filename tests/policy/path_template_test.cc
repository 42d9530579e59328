#include "policy/path_template.h"

#include <catch2/catch.hpp>

using sbx::expand_template;
using sbx::TemplateVariables;

namespace {

const TemplateVariables variables{{"a", {"1", "2"}}, {"b", {"x", "y"}}, {"none", {}}};

std::vector<std::string> paths(std::string_view text) {
  const auto found = expand_template(text, variables, {100, 100});
  REQUIRE(found);
  return *found;
}
std::string fault(std::string_view text, sbx::TemplateBounds bounds = {100, 100}) {
  const auto found = expand_template(text, variables, bounds);
  REQUIRE_FALSE(found);
  return found.error().text;
}

} // namespace

TEST_CASE("path_template: every combination of the variables' values, in order") {
  CHECK(paths("/p") == std::vector<std::string>{"/p"});
  CHECK(paths("${a}/${b}") == std::vector<std::string>{"1/x", "1/y", "2/x", "2/y"});
  CHECK(paths("/${none}/${a}").empty());
}

TEST_CASE("path_template: a dollar that begins no variable is one") {
  CHECK(paths("$$") == std::vector<std::string>{"$"});
  CHECK(paths("$${a}$x$") == std::vector<std::string>{"${a}$x$"});
}

TEST_CASE("path_template: what is malformed or unknown is told") {
  CHECK(fault("/${a") == "a variable that never ends: '}' is missing");
  CHECK(fault("${}") == "'' names no variable");
  CHECK(fault("${1a}") == "'1a' names no variable");
  CHECK(fault("${c}") == "no variable is called 'c'");
}

TEST_CASE("path_template: products are bounded before they are made") {
  std::string many;
  for (int i = 0; i < 64; ++i)
    many += "${a}";
  CHECK(fault(many, {4096, 4096}) == "more than 4096 paths");
  CHECK(fault("${a}${b}", {3, 100}) == "more than 3 paths");
  CHECK(fault("/p", {0, 100}) == "more than 0 paths");
  CHECK(fault("/path", {1, 4}) == "a path of more than 4 bytes");
}
