#include "parse/route_lookups.h"

#include "parse/net_token.h"

#include <cerrno>
#include <unordered_set>

namespace sbx {

namespace {

Parsed<RouteLookup> parse_line(std::string_view text) {
  TokenLine line(text);
  RouteLookup lookup;
  lookup.path = line.bytes(line.word());
  if (line.next_is("type")) {
    RouteAnswer route;
    route.type = static_cast<unsigned>(line.number(line.value("type"), 255));
    route.link = small_or_none(line, "link");
    route.via = address_or_none(line, "via");
    route.from = address_or_none(line, "from");
    route.table = line.small(line.value("table"));
    lookup.route = route;
    lookup.asked = true;
  } else {
    lookup.error = errno_of(line, line.word());
    lookup.asked = line.at_end();
    if (!lookup.asked && line.word() != "join")
      line.fail();
  }
  if (!line.whole() || lookup.path.empty())
    return malformed("not an answer about a route: " + escaped(text, 80));
  return lookup;
}

} // namespace

std::string route_question(std::uint64_t netns, const IpAddress& to, std::uint32_t uid) {
  return std::to_string(netns) + '/' + ip_text(to) + '/' + std::to_string(uid);
}

bool no_route(const RouteLookup& lookup) {
  if (lookup.route)
    return !lookup.route->reaches();
  return lookup.asked && (lookup.error == ENETUNREACH || lookup.error == EHOSTUNREACH ||
                          lookup.error == EACCES || lookup.error == EINVAL);
}

Parsed<std::vector<RouteLookup>> parse_route_lookups(std::string_view text) {
  auto lookups = parse_each_line<RouteLookup>(text, parse_line);
  if (!lookups)
    return lookups;
  std::unordered_set<std::string_view> questions;
  for (const RouteLookup& lookup : *lookups)
    if (!questions.insert(lookup.path).second)
      return malformed("asked twice: " + escaped(lookup.path, 80));
  return lookups;
}

} // namespace sbx
