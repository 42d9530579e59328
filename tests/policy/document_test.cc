#include "policy/document.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using sbx::Mark;
using sbx::Node;
using sbx::NodeKind;
using sbx::Result;

namespace {

using Parse = Result<Node> (*)(std::string_view, const std::string&);
constexpr Parse yaml = sbx::parse_yaml_document, json = sbx::parse_json_document,
                toml = sbx::parse_toml_document;

Node read(Parse parse, const std::string& text) {
  auto node = parse(text, "f");
  INFO((node ? "" : node.error().text));
  REQUIRE(node);
  return *std::move(node);
}

std::string fault(Parse parse, const std::string& text) {
  const auto node = parse(text, "f");
  REQUIRE_FALSE(node);
  CHECK(node.error().kind == sbx::ErrorKind::usage);
  CHECK(node.error().text.find('\n') == std::string::npos);
  return node.error().text;
}

std::string place(Mark mark) { return std::to_string(mark.line) + ":" + std::to_string(mark.column); }

const Node& at(const Node& node, const std::string& key) {
  const Node* const found = node.find(key);
  REQUIRE(found);
  return *found;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

} // namespace

TEST_CASE("document: YAML's scalars, lists and maps, each with its place") {
  const Node top = read(yaml, "# a comment\n"
                              "version: 1\n"
                              "paths: [/usr, \"a b\", 0x10, 1.5, 012, ~, true]\n"
                              "more:\n"
                              "- 'it''s'\n"
                              "- {\"k\\\"\": -7}\n"
                              "last:\n");
  CHECK(at(top, "version").integer == 1);
  CHECK(place(at(top, "version").mark) == "2:10");
  CHECK(place(top.map[1].mark) == "3:1");
  const std::vector<Node>& paths = at(top, "paths").list;
  REQUIRE(paths.size() == 7);
  CHECK(paths[0].text == "/usr");
  CHECK(paths[0].plain);
  CHECK(place(paths[0].mark) == "3:9");
  CHECK(paths[1].kind == NodeKind::text);
  CHECK_FALSE(paths[1].plain);
  CHECK(paths[2].integer == 16);
  CHECK(paths[3].real == 1.5);
  CHECK(paths[4].kind == NodeKind::text); // octal for some, decimal for others
  CHECK(paths[5].kind == NodeKind::null);
  CHECK(paths[6].boolean);
  const std::vector<Node>& more = at(top, "more").list;
  REQUIRE(more.size() == 2);
  CHECK(more[0].text == "it's");
  CHECK(at(more[1], "k\"").integer == -7);
  CHECK(at(top, "last").kind == NodeKind::null);
  CHECK(place(at(top, "last").mark) == "7:1"); // of its key
}

TEST_CASE("document: quoted text is text, whatever it looks like") {
  const Node top = read(yaml, "a: \"1\"\nb: 'true'\nc: |\n  \"x\nd: \"\"\n");
  CHECK(at(top, "a").kind == NodeKind::text);
  CHECK(at(top, "b").kind == NodeKind::text);
  CHECK(at(top, "c").text == "\"x\n");
  CHECK(at(top, "d").kind == NodeKind::text);
}

TEST_CASE("document: JSON's values, each with its place, a number before a bracket too") {
  const Node top =
      read(json, "{\n \"a\": [1, -2.5e3, true, null, 18446744073709551615,\n  \"x\\u0041\\\"\", {}, 7],\n"
                 " \"b\\\"\": {\"c\": 12}}");
  const std::vector<Node>& list = at(top, "a").list;
  REQUIRE(list.size() == 8);
  CHECK(list[1].real == -2500);
  CHECK(place(list[1].mark) == "2:11");
  CHECK(place(list[3].mark) == "2:25");
  CHECK(list[4].kind == NodeKind::real);
  CHECK(list[4].text == "18446744073709551615");
  CHECK(list[5].text == "xA\"");
  CHECK(place(list[6].mark) == "3:16");
  CHECK(place(list[7].mark) == "3:20");
  CHECK(place(top.map[1].mark) == "4:2");
  CHECK(place(at(at(top, "b\""), "c").mark) == "4:15");
}

TEST_CASE("document: TOML's tables in the order of the file, and their places") {
  const Node top = read(toml, "abi = 0x3\n"
                              "z.y = 's'\n"
                              "[[rule]]\n"
                              "parent = [\"a\", # [{\n"
                              "  \"b\"]\n"
                              "[[rule]]\n"
                              "day = 1979-05-27\n"
                              "[t.u]\n"
                              "k = { p = true, \"q r\" = 1.5 }\n");
  CHECK(at(top, "abi").integer == 3);
  CHECK(at(top, "abi").text == "0x3");
  CHECK(at(at(top, "z"), "y").text == "s");
  REQUIRE(top.map.size() == 4);
  CHECK(top.map[1].key == "z");
  CHECK(top.map[2].key == "rule");
  const std::vector<Node>& rules = at(top, "rule").list;
  REQUIRE(rules.size() == 2);
  CHECK(place(at(rules[0], "parent").mark) == "4:10");
  CHECK(place(at(rules[0], "parent").list[1].mark) == "5:3");
  CHECK(at(rules[1], "day").text == "1979-05-27");
  const Node& last = at(at(at(top, "t"), "u"), "k");
  CHECK(at(last, "p").boolean);
  CHECK(at(last, "q r").real == 1.5);
  CHECK(place(last.map[0].mark) == "9:7");
}

TEST_CASE("document: an empty file is null in YAML, no JSON, and an empty table in TOML") {
  CHECK(read(yaml, "").kind == NodeKind::null);
  CHECK(read(yaml, "# nothing\n").mark.line == 1);
  CHECK(fault(json, "").starts_with("f:1:1: not JSON: "));
  CHECK(read(toml, "").kind == NodeKind::map);
}

TEST_CASE("document: YAML that points elsewhere, or has types of its own, is refused before it is expanded") {
  CHECK(fault(yaml, "a: &x [1]\nb: *x\n") == "f:1:4: an anchor: no policy needs one");
  CHECK(fault(yaml, "a: *x\n") == "f:1:4: an alias: no policy needs one, and one can stand for millions");
  CHECK(fault(yaml, "a: !!str 1\n") == "f:1:4: a tag, 'tag:yaml.org,2002:str': no policy needs one");
  CHECK(fault(yaml, "a: 1\n---\nb: 1\n") == "f:2:1: a second document begins: a policy is one");
  CHECK(fault(yaml, "? [a]\n: b\n").find("a list or a map as a key") != std::string::npos);
  CHECK(fault(yaml, "~: b\n") == "f:1:1: a key that is no text");
}

TEST_CASE("document: a quoted text that ends with the file is refused, where a line ends it too") {
  CHECK(fault(yaml, "a: \"x") == "f:1:6: the file ends inside a quoted text");
  CHECK(fault(yaml, "a: \"x\nb: 1\n") == "f:1:4: a quoted text that never ends");
  CHECK(fault(yaml, "a: 'x''\n") == "f:1:4: a quoted text that never ends");
  CHECK(fault(yaml, "a: \"x\\\"\n") == "f:1:4: a quoted text that never ends");
  CHECK(fault(yaml, "\xef\xbb\xbfq: 'x\n") == "f:1:4: a quoted text that never ends");
  CHECK(at(read(yaml, "\xef\xbb\xbfq: 'x'\n"), "q").text == "x");
}

TEST_CASE("document: a key that is there twice is refused in all three") {
  CHECK(fault(yaml, "a: 1\nb: {c: 1, c: 2}\n") == "f:2:11: the key 'c' is there twice");
  CHECK(fault(json, "{\"a\": 1,\n \"a\": 2}") == "f:2:2: the key 'a' is there twice");
  CHECK(fault(toml, "a = 1\na = 2\n").starts_with("f:2:"));
}

TEST_CASE("document: bytes that are no text are refused where they stand") {
  for (const Parse parse : {yaml, json, toml}) {
    CHECK(fault(parse, std::string("\n a\0", 4)) == "f:2:3: a byte 0");
    CHECK(fault(parse, "\n\xff") == "f:2:1: bytes that are no UTF-8");
    CHECK(fault(parse, "\xc0\xaf") == "f:1:1: bytes that are no UTF-8");     // overlong
    CHECK(fault(parse, "\xed\xa0\x80") == "f:1:1: bytes that are no UTF-8"); // a surrogate
    CHECK(fault(parse, "\xf4\x90\x80\x80") == "f:1:1: bytes that are no UTF-8");
    CHECK(fault(parse, "\xe2\x82") == "f:1:1: bytes that are no UTF-8"); // cut
  }
  CHECK(fault(yaml, "a: \"\\0\"\n") == "f:1:4: a text with a byte 0");
  CHECK(fault(json, "\"\\u0000\"") == "f:1:1: a text with a byte 0");
  CHECK(fault(toml, "a = \"\\u0000\"\n") == "f:1:5: a text with a byte 0");
}

TEST_CASE("document: size, depth and number of values are bounded in all three") {
  for (const Parse parse : {yaml, json, toml})
    CHECK(fault(parse, std::string(sbx::most_document_bytes + 1, ' ')) == "f: more than 1048576 bytes");
  CHECK(fault(json, repeated("[", 500000)) == "f:1:33: nested deeper than 32");
  CHECK(fault(yaml, repeated("- ", 500000)) == "f:1:65: nested deeper than 32");
  CHECK(fault(yaml, repeated("[", 40) + repeated("]", 40)) == "f:1:33: nested deeper than 32");
  CHECK(fault(toml, "a=" + repeated("[", 60000)) == "f:1:11: TOML nested deeper than 8");
  CHECK(fault(toml, "a" + repeated(".a", 30000) + "=1") == "f:1:18: TOML nested deeper than 8");
  CHECK(fault(json, "[" + repeated("1,", 70000) + "1]").find("more than 65536 values") != std::string::npos);
  CHECK(fault(yaml, "[" + repeated("1,", 70000) + "1]").find("more than 65536 values") != std::string::npos);
  CHECK(fault(yaml, repeated("- 1\n", 70000)).find("more than 65536 values") != std::string::npos);
  CHECK(fault(toml, "a=[" + repeated("1,", 5000) + "1]") == "f:1:8193: TOML of more than 4096 values");
  CHECK(fault(toml, std::string(sbx::most_toml_bytes + 1, '\n')) == "f: TOML of more than 65536 bytes");
  CHECK(read(json, repeated("[", 32) + repeated("]", 32)).kind == NodeKind::list);
  CHECK(read(yaml, repeated("[", 32) + repeated("]", 32)).kind == NodeKind::list);
}

TEST_CASE("document: brackets in the texts and comments of TOML are no depth") {
  const std::string many = repeated("[{", 100);
  const Node top = read(toml, "# " + many + "\na = \"\\\"" + many + "\"\nb = '" + many + "'\nc = \"\"\"" +
                                  many + "\"\n\"\"\"\nd = '''" + many + "'''\n");
  CHECK(top.map.size() == 4);
}

TEST_CASE("document: numbers that no number of ours holds are refused, or no whole numbers") {
  CHECK(read(yaml, "9223372036854775807").integer == 9223372036854775807);
  CHECK(read(yaml, "9223372036854775808").kind == NodeKind::real);
  CHECK(read(yaml, "-9223372036854775808").kind == NodeKind::integer);
  CHECK(read(yaml, "+5").integer == 5);
  CHECK(read(yaml, "0o17").integer == 15);
  CHECK(read(yaml, "0x").kind == NodeKind::text);
  CHECK(read(yaml, "1e999").kind == NodeKind::text);
  CHECK(read(yaml, "1.2.3").kind == NodeKind::text);
  CHECK(read(yaml, "-").kind != NodeKind::integer);
  CHECK(fault(json, "[1e999]").starts_with("f:1:"));
  CHECK(fault(toml, "a = 9223372036854775808\n") == "f:1:5: a number that is too large");
  CHECK(at(read(toml, "a = 9_223_372_036_854_775_807\n"), "a").integer == 9223372036854775807);
}

TEST_CASE("document: what a file quotes in an error is escaped, and its name too") {
  const auto node = sbx::parse_yaml_document("\"\\e[2J\": 1\n\"\\e[2J\": 2\n", "a\nb");
  REQUIRE_FALSE(node);
  CHECK(node.error().text == "a\\x0ab:2:1: the key '\\x1b[2J' is there twice");
}

TEST_CASE("document: faults of form say where, in one line") {
  CHECK(fault(yaml, "a: b: c\n") == "f:1:5: a ':' where no key can stand");
  CHECK(fault(yaml, "a:\n\tb: c\n") == "f:2:1: a tab where spaces must indent");
  CHECK(fault(yaml, "a: [x\n") == "f:2:1: a list in brackets that never ends");
  CHECK(fault(json, "{\"a\" 1}").starts_with("f:1:6: not JSON: "));
  CHECK(fault(json, "[1] 2").starts_with("f:1:5: not JSON: "));
  CHECK(fault(toml, "a =\n").starts_with("f:1:"));
  CHECK(fault(toml, "[a]\n[a]\n").starts_with("f:2:1: not TOML: "));
}
