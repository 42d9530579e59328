#include "parse/net_route.h"

#include "core/escape.h"
#include "parse/hex_address.h"
#include "parse/line.h"

#include <array>
#include <bit>

namespace sbx {

namespace {

constexpr std::size_t columns = 11;

// Without a vector of words: a router may have very many.
std::optional<std::array<std::string_view, columns>> cut(std::string_view line) {
  std::array<std::string_view, columns> parts;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t end = line.find('\t');
    parts.at(i) = trimmed(line.substr(0, end));
    if (parts.at(i).empty() || (end == line.npos) != (i + 1 == columns))
      return std::nullopt;
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
  return parts;
}

std::optional<unsigned> length_of(const IpAddress& mask) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i)
    bits = bits << 8 | mask.bytes.at(i);
  const auto length = static_cast<unsigned>(std::countl_one(bits));
  return std::popcount(bits) == static_cast<int>(length) ? std::optional(length) : std::nullopt;
}

std::optional<ProcRoute> route(std::string_view line) {
  const auto parts = cut(line);
  if (!parts)
    return std::nullopt;
  const auto& [link, to, via, flags, refs, use, metric, mask, mtu, window, irtt] = *parts;
  const auto address = address_of_words(to), gateway = address_of_words(via), length = address_of_words(mask);
  const auto bits = hex_word(flags);
  const auto priority = number<std::uint32_t>(metric);
  if (!address || address->v6 || !gateway || gateway->v6 || !length || length->v6 || !bits || !priority)
    return std::nullopt;
  ProcRoute found{link == "*" ? "" : std::string(link), {*address, 0}, std::nullopt, *bits, *priority};
  const auto prefix = length_of(*length);
  found.to.length = prefix.value_or(0);
  if (!gateway->unspecified())
    found.via = *gateway;
  return prefix ? std::optional(std::move(found)) : std::nullopt;
}

} // namespace

Parsed<std::vector<ProcRoute>> parse_net_route(std::string_view text) {
  std::vector<ProcRoute> routes;
  std::string_view wrong;
  bool head = true;
  each_line(text, [&](std::string_view line) {
    auto found = head ? std::nullopt : route(line);
    const bool good = head ? line.starts_with("Iface\tDestination\tGateway") : found.has_value();
    head = false;
    if (found)
      routes.push_back(std::move(*found));
    if (!good)
      wrong = line.empty() ? "an empty line" : line;
    return good;
  });
  if (!wrong.empty())
    return malformed("not a route: " + escaped(wrong, 80));
  if (cut_off(text))
    return malformed("a list of routes that is cut off");
  return routes;
}

} // namespace sbx
