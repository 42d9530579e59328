#include "parse/ipv6_route.h"

#include "core/escape.h"
#include "parse/hex_address.h"
#include "parse/line.h"

namespace sbx {

namespace {

// `digits` of exactly that many, and the space behind.
std::string_view field(std::string_view& line, std::size_t digits, bool& good) {
  const std::string_view taken = line.substr(0, digits);
  good = good && line.size() > digits && line[digits] == ' ';
  line.remove_prefix(std::min(digits + 1, line.size()));
  return taken;
}

Parsed<Ipv6Route> route(std::string_view line) {
  const std::string_view whole = line;
  bool good = true;
  const auto address = [&] { return address_of_bytes(field(line, 32, good)); };
  const auto to = address();
  const auto to_length = hex_word(field(line, 2, good));
  const auto from = address();
  const auto from_length = hex_word(field(line, 2, good));
  const auto via = address();
  const auto metric = hex_word(field(line, 8, good));
  field(line, 8, good); // references
  field(line, 8, good); // uses
  const auto flags = hex_word(field(line, 8, good));
  const std::string_view link = trimmed(line);
  if (!good || !to || !to_length || *to_length > 128 || !from || !from_length || *from_length > 128 || !via ||
      !metric || !flags || link.find_first_of(" \t") != link.npos)
    return malformed("not a route of IPv6: " + escaped(whole, 80));
  Ipv6Route found{{*to, *to_length}, {*from, *from_length}, std::nullopt, *metric, *flags, std::string(link)};
  if (!via->unspecified())
    found.via = *via;
  return found;
}

} // namespace

Parsed<std::vector<Ipv6Route>> parse_ipv6_route(std::string_view text) {
  return parse_each_line<Ipv6Route>(text, route);
}

} // namespace sbx
