#include "parse/fib_trie.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sbx {

namespace {

// net/ipv4/fib_trie.c, rtn_type_names: the place is the number.
constexpr std::array<std::string_view, 12> type_names{"UNSPEC",   "UNICAST",   "LOCAL",     "BROADCAST",
                                                      "ANYCAST",  "MULTICAST", "BLACKHOLE", "UNREACHABLE",
                                                      "PROHIBIT", "THROW",     "NAT",       "XRESOLVE"};

std::optional<std::uint32_t> table_of(std::string_view line) {
  if (line == "Main:")
    return 254;
  if (line == "Local:")
    return 255;
  if (!line.starts_with("Id ") || !line.ends_with(':'))
    return std::nullopt;
  const std::string_view digits = line.substr(3, line.size() - 4); // printed as a number with a sign
  if (const auto below = digits.starts_with('-') ? number<std::int32_t>(digits) : std::nullopt)
    return static_cast<std::uint32_t>(*below);
  return number<std::uint32_t>(digits);
}

// The words behind the length: scope, type, and perhaps tos=.
std::optional<unsigned> type_of(std::string_view text) {
  text.remove_prefix(std::min(text.find(' '), text.size() - 1) + 1);
  if (text.starts_with("type ")) {
    text.remove_prefix(5);
    return number<unsigned>(text.substr(0, text.find(' ')));
  }
  const auto known = std::find(type_names.begin(), type_names.end(), text.substr(0, text.find(' ')));
  return known == type_names.end() ? std::nullopt
                                   : std::optional(static_cast<unsigned>(known - type_names.begin()));
}

class Reader {
public:
  std::vector<FibEntry> entries;

  bool line(std::string_view text) {
    if (!text.starts_with(' ')) {
      leaf_.reset();
      return (table_ = table_of(text)).has_value();
    }
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (!table_ || text.empty())
      return false;
    if (text.starts_with("+-- ")) {
      leaf_.reset();
      return true;
    }
    if (text.starts_with("|-- ")) {
      leaf_ = parse_ip_address(text.substr(4));
      return leaf_ && !leaf_->v6;
    }
    const std::size_t space = text.find(' ');
    if (!leaf_ || text[0] != '/' || space == text.npos)
      return false;
    const auto length = number<unsigned>(text.substr(1, space - 1));
    const auto type = type_of(text.substr(space + 1));
    if (!length || *length > 32 || !type)
      return false;
    entries.push_back({*table_, {*leaf_, *length}, *type});
    return true;
  }

private:
  std::optional<std::uint32_t> table_;
  std::optional<IpAddress> leaf_;
};

} // namespace

Parsed<std::vector<FibEntry>> parse_fib_trie(std::string_view text) {
  Reader reader;
  std::string_view wrong;
  each_line(text, [&](std::string_view line) {
    const bool good = reader.line(line);
    if (!good)
      wrong = line.empty() ? "an empty line" : line;
    return good;
  });
  if (!wrong.empty())
    return malformed("not a trie of routes: " + escaped(wrong, 80));
  if (cut_off(text))
    return malformed("a trie of routes that is cut off");
  return std::move(reader.entries);
}

} // namespace sbx
