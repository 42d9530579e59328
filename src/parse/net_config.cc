#include "parse/net_config.h"

#include "parse/net_token.h"

#include <algorithm>

namespace sbx {

namespace {

std::uint32_t mask32(TokenLine& line, std::string_view digits) {
  return static_cast<std::uint32_t>(line.number(digits, UINT32_MAX, 16));
}

unsigned byte(TokenLine& line, std::string_view digits) {
  return static_cast<unsigned>(line.number(digits, 255));
}

std::optional<std::int32_t> netns_id(TokenLine& line) {
  const std::string_view word = line.value("peer_netns");
  if (word == "-" || word == "-1")
    return word == "-" ? std::nullopt : std::optional(-1);
  return static_cast<std::int32_t>(line.number(word, INT32_MAX));
}

NetLink link_of(TokenLine& line) {
  NetLink link;
  link.index = line.small(line.word());
  link.name = line.bytes(line.value("name"));
  link.kind = name_or_none(line, "kind");
  link.flags = mask32(line, line.value("flags"));
  link.peer = small_or_none(line, "peer");
  link.peer_netns = netns_id(line);
  link.master = small_or_none(line, "master");
  link.mac = name_or_none(line, "mac");
  if (link.name.empty())
    line.fail();
  return link;
}

NetRoute route_of(TokenLine& line) {
  NetRoute route;
  route.table = line.small(line.value("table"));
  route.to = prefix_of(line, line.value("to"));
  route.type = byte(line, line.value("type"));
  route.link = small_or_none(line, "link");
  route.via = address_or_none(line, "via");
  route.metric = line.small(line.value("metric"));
  route.protocol = byte(line, line.value("protocol"));
  if (line.next_is("from"))
    route.from = prefix_of(line, line.value("from"));
  return route;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> uids_of(TokenLine& line) {
  const std::string_view word = line.value("uids");
  if (word == "-")
    return std::nullopt;
  const std::size_t dash = word.find('-');
  if (dash == word.npos)
    line.fail();
  return std::pair(line.small(word.substr(0, dash)),
                   line.small(word.substr(dash == word.npos ? 0 : dash + 1)));
}

NetRule rule_of(TokenLine& line) {
  NetRule rule;
  const std::string_view family = line.value("family");
  if (family != "4" && family != "6")
    line.fail();
  rule.v6 = family == "6";
  rule.priority = line.small(line.value("priority"));
  rule.action = byte(line, line.value("action"));
  rule.table = line.small(line.value("table"));
  rule.from = prefix_or_none(line, "from");
  rule.to = prefix_or_none(line, "to");
  rule.iif = name_or_none(line, "iif");
  rule.oif = name_or_none(line, "oif");
  rule.mark = small_or_none(line, "mark");
  rule.uids = uids_of(line);
  rule.invert = flag_of(line, line.value("invert"));
  if (line.next_is("also"))
    rule.also = name_or_none(line, "also");
  return rule;
}

NetNeighbour neighbour_of(TokenLine& line) {
  NetNeighbour neighbour;
  neighbour.link = line.small(line.word());
  neighbour.address = address_of(line, line.word());
  neighbour.state = mask32(line, line.value("state"));
  neighbour.mac = name_or_none(line, "mac");
  return neighbour;
}

class Reader {
public:
  std::vector<NetConfig> configs;
  bool open = false;

  bool line(std::string_view text) {
    TokenLine line(text);
    const std::string_view what = line.word();
    if (what == "netns" ? open || !begin(line) : !open || !entry(what, line))
      return false;
    open = what != "end";
    return line.whole();
  }

private:
  bool begin(TokenLine& line) {
    NetConfig config;
    config.inode = line.number(line.word());
    config.tid = static_cast<std::int64_t>(line.number(line.value("tid"), INT32_MAX));
    const bool again =
        config.inode != 0 && std::any_of(configs.begin(), configs.end(),
                                         [&](const auto& known) { return known.inode == config.inode; });
    configs.push_back(std::move(config));
    return !again;
  }

  bool entry(std::string_view what, TokenLine& line) {
    NetConfig& at = configs.back();
    if (what == "link")
      at.links.push_back(link_of(line));
    else if (what == "address")
      at.addresses.push_back(address(line));
    else if (what == "route")
      at.routes.push_back(route_of(line));
    else if (what == "rule")
      at.rules.push_back(rule_of(line));
    else if (what == "neighbour")
      at.neighbours.push_back(neighbour_of(line));
    else if (what == "sysctl")
      return sysctl(at, line);
    else if (what == "end")
      at.error = end_of(line);
    else
      return false;
    return true;
  }

  static NetAddress address(TokenLine& line) {
    const std::uint32_t link = line.small(line.word());
    return {link, prefix_of(line, line.word())};
  }

  static bool sysctl(NetConfig& at, TokenLine& line) {
    const std::string_view name = line.word(), value = line.word();
    const bool is_refused = value.starts_with('!');
    tl::expected<std::string, int> held = is_refused ? std::string() : line.bytes(value);
    if (is_refused)
      held = tl::unexpected<int>(errno_of(line, value));
    return !name.empty() && at.sysctls.emplace(std::string(name), std::move(held)).second;
  }
};

} // namespace

Parsed<std::vector<NetConfig>> parse_net_config(std::string_view text) {
  Reader reader;
  std::string_view wrong;
  const bool good = each_line(text, [&](std::string_view line) {
    wrong = line;
    return reader.line(line);
  });
  if (!good)
    return malformed("not what a network namespace shows: " + escaped(wrong, 80));
  if (reader.configs.empty() || reader.open || cut_off(text))
    return malformed("a network namespace that does not end");
  return std::move(reader.configs);
}

} // namespace sbx
