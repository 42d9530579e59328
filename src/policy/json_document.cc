#include "core/escape.h"
#include "policy/document_builder.h"
#include "policy/document_text.h"
#include "policy/number.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sbx {

namespace {

using Json = nlohmann::json;

// The parser tells no positions. So its tokens are walked again in the text behind it: what it tells of is
// known to be well-formed by then.
class Events : public nlohmann::json_sax<Json> {
public:
  Events(std::string_view text, DocumentBuilder& builder) : text_(text), builder_(builder), position_(text) {
    if (text.starts_with("\xef\xbb\xbf"))
      cursor_ = 3; // passed over by the parser, too
  }

  bool null() override { return word(NodeKind::null, 4); }
  bool boolean(bool value) override { return word(NodeKind::boolean, value ? 4 : 5, value); }
  bool number_integer(number_integer_t) override { return number(); }
  bool number_unsigned(number_unsigned_t) override { return number(); }
  bool number_float(number_float_t, const string_t&) override { return number(); }
  bool string(string_t& value) override {
    Node node{NodeKind::text, quoted()};
    node.text = std::move(value);
    return node.text.find('\0') == node.text.npos ? builder_.value(std::move(node)) : byte_0(node.mark);
  }
  bool binary(binary_t&) override { return false; } // of other formats
  bool key(string_t& value) override {
    const Mark mark = quoted();
    return value.find('\0') == value.npos ? builder_.key(std::move(value), mark) : byte_0(mark);
  }
  bool start_object(std::size_t) override { return builder_.open(NodeKind::map, bracket()); }
  bool start_array(std::size_t) override { return builder_.open(NodeKind::list, bracket()); }
  bool end_object() override {
    bracket();
    return builder_.close();
  }
  bool end_array() override {
    bracket();
    return builder_.close();
  }
  bool parse_error(std::size_t offset, const std::string&,
                   const nlohmann::detail::exception& problem) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing ..."
    std::string_view what = problem.what();
    if (const auto colon = what.find(": "); colon != what.npos)
      what.remove_prefix(colon + 2);
    if (const auto last = what.find("; last read"); last != what.npos)
      what = what.substr(0, last);
    return builder_.refuse(position_.mark(offset == 0 ? 0 : offset - 1),
                           fmt::format("not JSON: {}", escaped(what, 160)));
  }

private:
  Mark next() {
    while (cursor_ < text_.size() &&
           std::string_view(" \t\r\n,:").find(text_[cursor_]) != std::string_view::npos)
      ++cursor_;
    return position_.mark(cursor_);
  }
  Mark bracket() {
    const Mark mark = next();
    ++cursor_;
    return mark;
  }
  Mark quoted() {
    const Mark mark = bracket();
    while (cursor_ < text_.size() && text_[cursor_] != '"')
      cursor_ += text_[cursor_] == '\\' ? 2 : 1;
    ++cursor_;
    return mark;
  }
  bool word(NodeKind kind, std::size_t length, bool value = false) {
    Node node{kind, next(), value};
    cursor_ += length;
    return builder_.value(std::move(node));
  }
  bool number() {
    Node node{NodeKind::text, next()};
    const std::size_t start = cursor_;
    while (cursor_ < text_.size() &&
           std::string_view("+-.0123456789eE").find(text_[cursor_]) != std::string_view::npos)
      ++cursor_;
    node.text = text_.substr(start, cursor_ - start);
    read_number(node);
    return builder_.value(std::move(node));
  }
  bool byte_0(Mark mark) { return builder_.refuse(mark, "a text with a byte 0"); }

  std::string_view text_;
  DocumentBuilder& builder_;
  TextPosition position_;
  std::size_t cursor_ = 0;
};

} // namespace

Result<Node> parse_json_document(std::string_view text, const std::string& file) {
  if (auto fault = document_text_fault(text, file))
    return tl::unexpected(*std::move(fault));
  DocumentBuilder builder(file);
  Events events(text, builder);
  const bool whole = Json::sax_parse(text, &events);
  if (!whole && !builder.fault())
    builder.refuse({}, "not JSON");
  if (builder.fault())
    return tl::unexpected(*builder.fault());
  return builder.take();
}

} // namespace sbx
