// What does a map of a document hold, and does it hold anything that nobody knows? The strict reading of a
// policy: what is wrong is told with its line and column, and what is not understood is refused.
#pragma once

#include "core/error.h"
#include "policy/document.h"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Thrown below, caught by reading(): it never leaves a policy reader.
struct PolicyFault {
  Error error;
};
[[noreturn]] void refuse(const std::string& file, Mark mark, std::string_view why);

// What `read` returns, or the error that it came to.
template <class Read> auto reading(Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const PolicyFault& fault) {
    return tl::unexpected(fault.error);
  }
}

// Of any node; `called` is for the error: "read_only: a list is needed, not a text".
const std::string& text_of(const Node& node, const std::string& file, std::string_view called);
bool boolean_of(const Node& node, const std::string& file, std::string_view called);
std::int64_t integer_of(const Node& node, const std::string& file, std::string_view called,
                        std::int64_t least = 0, std::int64_t most = std::numeric_limits<std::int64_t>::max());
const std::vector<Node>& list_of(const Node& node, const std::string& file, std::string_view called);
const std::vector<Member>& map_of(const Node& node, const std::string& file, std::string_view called);

// "unknown right 'raed_file'; did you mean read_file?"
std::string unknown_words(std::string_view what, std::string_view name,
                          std::span<const std::string_view> known);

enum class NullMeans {
  absent,
  wrong
}; // Go's encoder writes null for what is not there; nobody writes it in YAML

class Fields {
public:
  // `called` is how the file calls the map: "filesystem_policy"; empty for the top.
  Fields(const Node& map, const std::string& file, std::string_view called,
         NullMeans null = NullMeans::absent);

  // Each asks for a key, so that finish() knows it. nullptr, nothing: it is not there.
  const Node* find(std::string_view key);
  const Node& need(std::string_view key);
  const std::string* text(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least = 0,
                                      std::int64_t most = std::numeric_limits<std::int64_t>::max());
  const std::vector<Node>* list(std::string_view key);
  const std::vector<Member>* map(std::string_view key);
  std::vector<std::string> texts(std::string_view key); // of a list of texts; empty: it is not there

  void ignore(std::initializer_list<std::string_view> keys); // known, and of no meaning to us
  void finish() const;                                       // refuses a member that nobody asked for

  std::string path(std::string_view key) const; // "filesystem_policy.read_only", escaped
  const std::string& file() const { return file_; }
  Mark mark() const { return node_.mark; }
  Mark mark(std::string_view key) const; // of the key; of the map where it has none

private:
  const Node& node_;
  const std::string& file_;
  std::string called_;
  NullMeans null_;
  std::vector<std::string_view> asked_; // the keys are literals, or live as long as the document
};

} // namespace sbx
