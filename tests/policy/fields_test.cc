#include "policy/fields.h"

#include <catch2/catch.hpp>
#include <string>

using sbx::Fields;
using sbx::Node;
using sbx::NullMeans;

namespace {

const std::string file = "p.yaml";

Node document(const std::string& text) {
  auto node = sbx::parse_yaml_document(text, file);
  REQUIRE(node);
  return *std::move(node);
}

template <class Read> std::string fault(const std::string& text, Read read) {
  const Node top = document(text);
  const auto done = sbx::reading([&] {
    Fields fields(top, file, "");
    read(fields);
    fields.finish();
    return 0;
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == sbx::ErrorKind::usage);
  return done.error().text;
}

} // namespace

TEST_CASE("fields: each kind of value is handed out, and nothing where the key is not there") {
  const Node top = document("a: x\nb: true\nc: 5\nd: [u, v]\ne: {f: 1}\ng:\n");
  Fields fields(top, file, "");
  CHECK(*fields.text("a") == "x");
  CHECK(fields.boolean("b") == true);
  CHECK(fields.integer("c") == 5);
  CHECK(fields.texts("d") == std::vector<std::string>{"u", "v"});
  REQUIRE(fields.map("e"));
  CHECK(fields.map("e")->front().key == "f");
  CHECK(fields.find("g") == nullptr); // null
  CHECK(fields.text("h") == nullptr);
  CHECK(fields.integer("i") == std::nullopt);
  CHECK(fields.texts("j").empty());
  CHECK_NOTHROW(fields.finish());
  CHECK(fields.mark("e").line == 5);
  CHECK(fields.mark("nowhere").line == 1);
}

TEST_CASE("fields: a key that nobody asked for is an error that names the nearest") {
  CHECK(fault("read_onyl: []\n", [](Fields& fields) { fields.list("read_only"); }) ==
        "p.yaml:1:1: unknown key 'read_onyl'; did you mean read_only?");
  CHECK(fault("a: 1\nz: 2\n", [](Fields& fields) { fields.integer("a"); }) == "p.yaml:2:1: unknown key 'z'");
  const Node top = document("harness: true\n");
  Fields fields(top, file, "");
  fields.ignore({"harness"});
  CHECK_NOTHROW(fields.finish());
}

TEST_CASE("fields: a value of another kind is an error at the value") {
  CHECK(fault("a: 5\n", [](Fields& fields) { fields.text("a"); }) ==
        "p.yaml:1:4: a: a text is needed, not a whole number");
  CHECK(fault("a: x\n", [](Fields& fields) { fields.list("a"); }) ==
        "p.yaml:1:4: a: a list is needed, not a text");
  CHECK(fault("a: [x, {}]\n", [](Fields& fields) { fields.texts("a"); }) ==
        "p.yaml:1:8: a: a text is needed, not a map");
  CHECK(fault("a: 1.5\n", [](Fields& fields) { fields.integer("a"); }) ==
        "p.yaml:1:4: a: a whole number is needed, not a number with a fraction, or too large");
  CHECK(fault("a: 70000\n", [](Fields& fields) { fields.integer("a", 0, 65535); }) ==
        "p.yaml:1:4: a: 70000 is not from 0 to 65535");
  CHECK(fault("[a]\n", [](Fields&) {}) == "p.yaml:1:1: a map is needed, not a list");
}

TEST_CASE("fields: what must be there and is not is an error at the map") {
  CHECK(fault("a: 1\n", [](Fields& fields) { fields.need("version"); }) == "p.yaml:1:1: version is missing");
}

TEST_CASE("fields: null is a value of the wrong kind where the format says so") {
  const Node top = document("a:\n");
  const auto done = sbx::reading([&] {
    Fields fields(top, file, "section", NullMeans::wrong);
    fields.list("a");
    return 0;
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().text == "p.yaml:1:1: section.a: a list is needed, not nothing");
}
