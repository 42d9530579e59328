#include "core/escape.h"
#include "policy/document_builder.h"
#include "policy/document_text.h"
#include "policy/number.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace sbx {

namespace {

struct Refused {}; // thrown through the parser: the builder knows why

// What the library says where it could not, in words that a policy's author knows.
struct Reworded {
  std::string_view theirs, ours;
};
constexpr std::array reworded{
    Reworded{"the referenced anchor is not defined",
             "an alias: no policy needs one, and one can stand for millions"},
    Reworded{"illegal map value", "a ':' where no key can stand"},
    Reworded{"illegal EOF in scalar", "the file ends inside a quoted text"},
    Reworded{"end of map not found", "a map that never ends"},
    Reworded{"end of map flow not found", "a map in braces that never ends"},
    Reworded{"end of sequence not found", "a list that never ends"},
    Reworded{"end of sequence flow not found", "a list in brackets that never ends"},
    Reworded{"illegal block entry", "a '-' where no list can stand"},
};

Mark our_mark(const YAML::Mark& mark) {
  if (mark.is_null() || mark.line < 0 || mark.column < 0)
    return {};
  return {static_cast<unsigned>(mark.line) + 1, static_cast<unsigned>(mark.column) + 1};
}

// The core schema of YAML 1.2. A number with a leading 0 stays a text: YAML 1.1 reads it as octal.
Node scalar(const std::string& text, Mark mark, bool plain) {
  Node node;
  node.kind = NodeKind::text;
  node.mark = mark;
  node.text = text;
  node.plain = plain;
  if (!plain)
    return node;
  const bool yes = text == "true" || text == "True" || text == "TRUE";
  if (yes || text == "false" || text == "False" || text == "FALSE") {
    node.kind = NodeKind::boolean;
    node.boolean = yes;
  } else {
    read_number(node);
  }
  return node;
}

class Events : public YAML::EventHandler {
public:
  Events(std::string_view text, DocumentBuilder& builder) : text_(text), builder_(builder) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_)
      demand(builder_.refuse(our_mark(mark), "a second document begins: a policy is one"));
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    demand(builder_.refuse(our_mark(mark), reworded.front().ours));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    plain_node(mark, "?", anchor);
    Node node;
    node.mark = our_mark(mark);
    node.plain = true;
    demand(builder_.value(std::move(node)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    plain_node(mark, tag, anchor);
    if (tag == "!" && !closes(mark))
      demand(builder_.refuse(our_mark(mark), "a quoted text that never ends"));
    if (value.find('\0') != value.npos) // "\0" within quotes
      demand(builder_.refuse(our_mark(mark), "a text with a byte 0"));
    demand(builder_.awaits_key() ? builder_.key(value, our_mark(mark))
                                 : builder_.value(scalar(value, our_mark(mark), tag == "?")));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(NodeKind::list, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(NodeKind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { demand(builder_.close()); }
  void OnMapEnd() override { demand(builder_.close()); }

private:
  static void demand(bool fine) {
    if (!fine)
      throw Refused();
  }
  void plain_node(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      demand(builder_.refuse(our_mark(mark), "an anchor: no policy needs one"));
    if (tag != "?" && tag != "!") // what the parser calls nodes without a tag
      demand(
          builder_.refuse(our_mark(mark), fmt::format("a tag, '{}': no policy needs one", escaped(tag, 80))));
  }

  void begin(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    plain_node(mark, tag, anchor);
    if (builder_.awaits_key()) // the scanner takes a bracket that never closes for a key
      demand(builder_.refuse(our_mark(mark), "a list or a map as a key, or one whose bracket never closes"));
    demand(builder_.open(kind, our_mark(mark)));
  }
  // The scanner lets a quoted text end with the file, where a line ends it.
  bool closes(const YAML::Mark& mark) const {
    auto at = static_cast<std::size_t>(mark.pos) + (text_.starts_with("\xef\xbb\xbf") ? 3 : 0);
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\''))
      return true; // a block of lines
    const char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      const bool twice = quote == '\'' && text_.substr(at, 2) == "''"; // stands for one
      if ((quote == '"' && text_[at] == '\\') || twice)
        ++at;
      else if (text_[at] == quote)
        return true;
    }
    return false;
  }

  std::string_view text_;
  DocumentBuilder& builder_;
  bool started_ = false;
};

// A line that begins with a tab is a fault of many names.
std::optional<Mark> tab_before(std::string_view text, Mark mark) {
  for (unsigned line = 1; line < mark.line && !text.empty(); ++line)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::size_t first = text.find_first_not_of(" \t");
  const std::size_t tab = text.find('\t');
  return tab < first ? std::optional(Mark{mark.line, static_cast<unsigned>(tab) + 1}) : std::nullopt;
}

std::string words(const std::string& message) {
  for (const Reworded& known : reworded)
    if (std::string_view(message).starts_with(known.theirs))
      return std::string(known.ours);
  return fmt::format("not YAML: {}", escaped(message, 120));
}

// The scanner reads all of a list in brackets before it tells of its beginning.
std::optional<Error> flow_fault(std::string_view text, const std::string& file) {
  std::size_t entries = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (std::string_view("[{,").find(text[i]) != std::string_view::npos && ++entries > most_document_nodes)
      return error_at({file, TextPosition(text).mark(i)},
                      fmt::format("more than {} values", most_document_nodes))
          .value();
  return std::nullopt;
}

} // namespace

Result<Node> parse_yaml_document(std::string_view text, const std::string& file) {
  if (auto fault = document_text_fault(text, file))
    return tl::unexpected(*std::move(fault));
  if (auto fault = flow_fault(text, file))
    return tl::unexpected(*std::move(fault));
  DocumentBuilder builder(file);
  Events events(text, builder);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) {
    }
  } catch (const Refused&) {
  } catch (const YAML::Exception& problem) {
    const Mark mark = our_mark(problem.mark);
    if (const auto tab = tab_before(text, mark))
      builder.refuse(*tab, "a tab where spaces must indent");
    builder.refuse(mark, words(problem.msg)); // keeps what it has
  }
  if (builder.fault())
    return tl::unexpected(*builder.fault());
  Node root = builder.take();
  if (root.mark.line == 0)
    root.mark = {1, 1};
  return root;
}

} // namespace sbx
