#include "core/escape.h"
#include "policy/document_builder.h"
#include "policy/document_text.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <map>
#include <sstream>
#include <toml.hpp>

namespace sbx {

namespace {

using Toml = toml::basic_value<toml::discard_comments, std::map, std::vector>;

// The parser recurses where brackets nest and where keys have parts, and copies the line for each value. So
// what it is given is bounded before. Strings and comments are walked as it walks them.
class Shape {
public:
  Shape(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  std::optional<Error> fault() {
    if (text_.size() > most_toml_bytes)
      return error_at({file_, {}}, fmt::format("TOML of more than {} bytes", most_toml_bytes)).value();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (c == '"' || c == '\'')
        string(c);
      else if (const std::string why = plain(c); !why.empty())
        return error_at({file_, TextPosition(text_).mark(at_)}, why).value();
      else
        ++at_;
    }
    return std::nullopt;
  }

private:
  void string(char quote) {
    const std::string three(3, quote);
    const bool lines = text_.substr(at_).starts_with(three);
    for (at_ += lines ? 3 : 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && quote == '"')
        ++at_;
      else if (lines ? text_.substr(at_).starts_with(three) : text_[at_] == quote || text_[at_] == '\n')
        break;
    }
    at_ += lines ? 3 : 1;
    while (lines && at_ < text_.size() && text_[at_] == quote) // """" ends with one of its own
      ++at_;
  }
  std::string plain(char c) {
    dots_ = c == '.' ? dots_ + 1 : std::string_view("=,[]{}\n").find(c) == std::string_view::npos ? dots_ : 0;
    depth_ += c == '[' || c == '{' ? 1 : 0;
    depth_ -= (c == ']' || c == '}') && depth_ > 0 ? 1 : 0;
    values_ += std::string_view("=,[{").find(c) == std::string_view::npos ? 0 : 1;
    if (depth_ > most_toml_depth || dots_ > most_toml_depth)
      return fmt::format("TOML nested deeper than {}", most_toml_depth);
    return values_ > most_toml_nodes ? fmt::format("TOML of more than {} values", most_toml_nodes) : "";
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0, values_ = 0;
  unsigned depth_ = 0, dots_ = 0;
};

class Walk {
public:
  Walk(std::string_view text, DocumentBuilder& builder) : text_(text), builder_(builder), position_(text) {}

  bool value(const Toml& toml) {
    const std::size_t start = offset(toml);
    Node node{NodeKind::text, position_.mark(start)};
    switch (toml.type()) {
    case toml::value_t::table:
      return map(toml.as_table(), node.mark);
    case toml::value_t::array:
      if (!builder_.open(NodeKind::list, node.mark))
        return false;
      for (const Toml& each : toml.as_array())
        if (!value(each))
          return false;
      return builder_.close();
    case toml::value_t::boolean:
      node.kind = NodeKind::boolean;
      node.boolean = toml.as_boolean();
      break;
    case toml::value_t::integer:
      node.kind = NodeKind::integer;
      node.integer = toml.as_integer();
      node.text = written(toml);
      if (!fits(node))
        return builder_.refuse(node.mark, "a number that is too large");
      break;
    case toml::value_t::floating:
      node.kind = NodeKind::real;
      node.real = toml.as_floating();
      node.text = written(toml);
      break;
    case toml::value_t::string:
      node.text = toml.as_string().str;
      if (node.text.find('\0') != node.text.npos)
        return builder_.refuse(node.mark, "a text with a byte 0");
      break;
    case toml::value_t::offset_datetime:
    case toml::value_t::local_datetime:
    case toml::value_t::local_date:
    case toml::value_t::local_time:
      node.text = written(toml);
      break;
    case toml::value_t::empty:
      node.kind = NodeKind::null;
      break;
    }
    return builder_.value(std::move(node));
  }

  bool map(const Toml::table_type& table, Mark mark) {
    if (!builder_.open(NodeKind::map, mark))
      return false;
    std::vector<std::pair<std::size_t, const Toml::table_type::value_type*>> members;
    for (const auto& member : table)
      members.emplace_back(offset(member.second), &member);
    std::ranges::stable_sort(members, {}, [](const auto& member) { return member.first; });
    for (const auto& [start, member] : members)
      if (!builder_.key(member->first, position_.mark(key_start(start))) || !value(member->second))
        return false;
    return builder_.close();
  }

private:
  // The parser makes the largest number of one that is larger.
  static bool fits(const Node& node) {
    const std::int64_t last = std::numeric_limits<std::int64_t>::max();
    if (node.integer != last && node.integer != std::numeric_limits<std::int64_t>::min())
      return true;
    std::string digits = node.text;
    std::erase(digits, '_');
    std::erase(digits, '+');
    return digits == std::to_string(node.integer) || digits == "0x7fffffffffffffff";
  }
  // Not location(): it counts lines and columns from the start of the file, each time.
  static const toml::detail::region* region(const Toml& toml) {
    return dynamic_cast<const toml::detail::region*>(toml::detail::get_region(toml));
  }
  std::size_t offset(const Toml& toml) const {
    const auto* const found = region(toml);
    return found ? std::min<std::size_t>(static_cast<std::size_t>(found->first() - found->begin()),
                                         text_.size())
                 : 0;
  }
  std::string written(const Toml& toml) const {
    const auto* const found = region(toml);
    return found ? found->str() : "";
  }
  // "key = value": where the key begins; of a table, whose header is its place, that.
  std::size_t key_start(std::size_t value) const {
    const auto blank = [&](std::size_t i) { return text_[i] == ' ' || text_[i] == '\t'; };
    std::size_t at = value;
    while (at > 0 && blank(at - 1))
      --at;
    if (at == 0 || text_[at - 1] != '=')
      return value;
    --at;
    while (at > 0 && blank(at - 1))
      --at;
    while (at > 0 && !blank(at - 1) && std::string_view("\n,{").find(text_[at - 1]) == std::string_view::npos)
      --at;
    return at;
  }

  std::string_view text_;
  DocumentBuilder& builder_;
  TextPosition position_;
};

// The first line of what it says, without the name of its function: "[error] toml::parse_table: ...".
std::string words(std::string_view what) {
  what = what.substr(0, what.find('\n'));
  for (const std::string_view prefix : {"[error] ", "toml::"})
    if (what.starts_with(prefix))
      what.remove_prefix(prefix.size());
  const auto colon = what.find(": ");
  if (colon != what.npos && what.substr(0, colon).find(' ') == what.npos)
    what.remove_prefix(colon + 2);
  return fmt::format("not TOML: {}", escaped(what, 160));
}

} // namespace

Result<Node> parse_toml_document(std::string_view text, const std::string& file) {
  if (auto fault = document_text_fault(text, file))
    return tl::unexpected(*std::move(fault));
  if (auto fault = Shape(text, file).fault())
    return tl::unexpected(*std::move(fault));
  DocumentBuilder builder(file);
  try {
    std::istringstream stream{std::string(text)};
    const auto toml = toml::parse<toml::discard_comments, std::map, std::vector>(stream, "");
    Walk(text, builder).map(toml.as_table(), {1, 1});
  } catch (const toml::exception& problem) {
    const toml::source_location& at = problem.location();
    builder.refuse({static_cast<unsigned>(at.line()), static_cast<unsigned>(at.column())},
                   words(problem.what()));
  } catch (const std::exception& problem) { // its conversions of numbers
    builder.refuse({}, words(problem.what()));
  }
  if (builder.fault())
    return tl::unexpected(*builder.fault());
  return builder.take();
}

} // namespace sbx
