#include "policy/number.h"

#include <algorithm>
#include <charconv>

namespace sbx {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits, perhaps a point with digits, perhaps an exponent.
bool is_decimal(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) {
        return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
      }))
    return false;
  return is_digit(text.front()) && is_digit(text.back());
}

} // namespace

void read_number(Node& node) {
  std::string_view text = node.text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+'))
    text.remove_prefix(1);
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 10;
  if (base != 10) {
    text.remove_prefix(2);
    if (negative || text.empty())
      return;
  } else if (!is_decimal(text) || (text.size() > 1 && text.front() == '0' && is_digit(text[1]))) {
    return;
  }
  const std::string digits = (negative ? "-" : "") + std::string(text);
  const char* const end = digits.data() + digits.size();
  const auto whole = std::from_chars(digits.data(), end, node.integer, base);
  if (whole.ec == std::errc() && whole.ptr == end) {
    node.kind = NodeKind::integer;
    return;
  }
  node.integer = 0;
  const auto real = std::from_chars(digits.data(), end, node.real);
  if (base == 10 && real.ec == std::errc() && real.ptr == end)
    node.kind = NodeKind::real;
}

} // namespace sbx
