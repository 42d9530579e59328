// What does a file in YAML, JSON or TOML say, and where? One tree for all three, so that a policy reader is
// written once.
#pragma once

#include "core/error.h"
#include "policy/place.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class NodeKind { null, boolean, integer, real, text, list, map };

struct Member;

struct Node {
  NodeKind kind = NodeKind::null;
  Mark mark;                // of its first character
  bool boolean = false;     // of a boolean
  std::int64_t integer = 0; // of an integer
  double real = 0;          // of a real; a whole number that no int64 holds is one
  std::string text;         // of a text: raw bytes. Of a number, and of YAML's true: as it is written
  bool plain = false;       // a YAML scalar without quotes
  std::vector<Node> list;
  std::vector<Member> map; // in the order of the file; no key twice

  const Node* find(std::string_view key) const; // of a map; nullptr: it has none
};

struct Member {
  std::string key;
  Mark mark;
  Node value;
};

// A file is hostile. All of them: at most a MiB, a depth of 32 and 65,536 nodes; a key that is there twice, a
// byte 0 and bytes that are no UTF-8 are errors; so are YAML's anchors, aliases, tags and second documents.
// TOML's dates are texts. Columns count bytes.
// An Error is ErrorKind::usage and one line: "policy.yaml:3:7: a list of paths never ends".
inline constexpr std::size_t most_document_bytes = 1 << 20;
inline constexpr unsigned most_document_depth = 32;
inline constexpr std::size_t most_document_nodes = 65536;
// toml11 takes time that grows with the square of what it reads.
inline constexpr std::size_t most_toml_bytes = 1 << 16, most_toml_nodes = 4096;
inline constexpr unsigned most_toml_depth = 8;

// `file` is for the errors alone.
Result<Node> parse_yaml_document(std::string_view text, const std::string& file);
Result<Node> parse_json_document(std::string_view text, const std::string& file);
Result<Node> parse_toml_document(std::string_view text, const std::string& file);

} // namespace sbx
