#include "network/family_egress.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "network/public_address.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t most_accepted = 32;

bool leaves(const NetConfig& config, std::optional<std::uint32_t> link) {
  return !link || std::none_of(config.links.begin(), config.links.end(), [&](const NetLink& it) {
    return it.index == *link && (it.loopback() || it.kind == "dummy");
  });
}

const NetLink* find_link(const NetConfig& config, std::optional<std::uint32_t> index) {
  for (const NetLink& link : config.links)
    if (index && link.index == *index)
      return &link;
  return nullptr;
}

// Unicast, to something public, over a link that leads anywhere, in whatever table.
std::vector<const NetRoute*> public_routes(const NetConfig& config, bool v6) {
  std::vector<const NetRoute*> found;
  for (const NetRoute& route : config.routes)
    if (route.to.address.v6 == v6 && route.type == 1 && leaves(config, route.link) && is_public(route.to))
      found.push_back(&route);
  return found;
}

IpAddress at_large_sample(bool v6) { return *parse_ip_address(v6 ? "2606:4700:4700::1111" : "1.1.1.1"); }

std::string way_words(const NetConfig& config, const RouteAnswer& way) {
  const NetLink* const link = find_link(config, way.link);
  return fmt::format("{}{}", link ? escaped(link->name, 64) : "an interface that was not seen",
                     way.via ? " via " + ip_text(*way.via) : "");
}

// What is not among its routes does not exist.
bool all_routes(const NetConfig& config, bool v6) {
  return config.files ? (v6 ? config.files->routes6 : config.files->routes4) : config.error == 0;
}

std::string_view family_name(bool v6) { return v6 ? "IPv6" : "IPv4"; }

int width(Let let) {
  switch (let) {
  case Let::nothing:
    return 0;
  case Let::some:
    return 1;
  case Let::unknown:
    return 2;
  case Let::everything:
    return 3;
  }
  return 2;
}

void add_new(std::vector<std::string>& to, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    if (std::find(to.begin(), to.end(), text) == to.end())
      to.push_back(text);
}

// Whoever of its users sends, and by whatever interface: the widest decides.
Let let_out(FamilyEgress& found, const NamespaceView& view, bool v6) {
  Let lets = Let::nothing;
  found.filters = false;
  for (const RouteAnswer& way : found.ways)
    for (const SendingUser& user : view.users) {
      const NetLink& link = *find_link(*view.config, way.link);
      const Passages packets = passages(*view.ruleset, {v6, user.uid, user.gid, link.name, link.index});
      found.filters = *found.filters || packets.filters;
      add_new(found.uid_rules, packets.uid_rules);
      add_new(found.accepted, accepted_words(packets, most_accepted));
      const Let its = user.exact || packets.uid_rules.empty() ? to_public(packets, v6).let : Let::unknown;
      lets = width(its) > width(lets) ? its : lets;
    }
  return lets;
}

// Why the rules cannot be asked, or nothing.
std::string not_judged(const FamilyEgress& found, const NamespaceView& view) {
  if (!view.ruleset)
    return view.ruleset_gap.empty() ? "they were not asked for" : view.ruleset_gap;
  if (view.ruleset->error != 0)
    return errno_name(view.ruleset->error);
  if (view.users.empty())
    return "who sends was not seen";
  const bool all = std::all_of(found.ways.begin(), found.ways.end(), [&](const RouteAnswer& way) {
    return find_link(*view.config, way.link) != nullptr;
  });
  return all ? "" : "the interface was not seen";
}

void judge_rules(FamilyEgress& found, const NamespaceView& view, bool v6, bool partly) {
  const std::string leads =
      fmt::format("{} leads out by {}", family_name(v6), way_words(*view.config, found.ways.front()));
  if (const std::string why = not_judged(found, view); !why.empty()) {
    found.because = leads + ", and what its rules refuse was not seen: " + why;
    return;
  }
  found.lets = let_out(found, view, v6);
  switch (*found.lets) {
  case Let::everything:
    found.verdict = partly ? Egress::filtered : Egress::open;
    found.because = leads + (partly ? " to some public networks" : "") + ", and no rule refuses it";
    return;
  case Let::some:
  case Let::nothing:
    found.verdict = Egress::filtered;
    found.because =
        leads + (found.accepted.empty() ? ", and its rules refuse every new connection"
                                        : ", and its rules refuse all but " + some_of(found.accepted, 4));
    return;
  case Let::unknown:
    found.because = leads + ", and what its rules let through was not evaluated";
    return;
  }
}

// As good as a default route: 0.0.0.0/1, 2000::/3.
bool is_wide(const IpPrefix& to) { return to.length < (to.address.v6 ? 12 : 8); }

// Rules of policy routing that lead to these routes for some packets alone, which no lookup here asks about:
// by a mark, a port, an address of ours or of theirs, an interface.
bool other_packets_may(const NetConfig& config, bool v6, const std::vector<const NetRoute*>& routes) {
  return std::any_of(config.rules.begin(), config.rules.end(), [&](const NetRule& rule) {
    const bool some_alone =
        rule.mark || rule.from || rule.to || !rule.oif.empty() || !rule.also.empty() || rule.invert;
    return rule.v6 == v6 && rule.action == 1 && some_alone &&
           std::any_of(routes.begin(), routes.end(),
                       [&](const NetRoute* route) { return route->table == rule.table; });
  });
}

} // namespace

std::string_view egress_name(Egress egress) {
  switch (egress) {
  case Egress::none:
    return "none";
  case Egress::proxy:
    return "proxy";
  case Egress::filtered:
    return "filtered";
  case Egress::open:
    return "open";
  case Egress::host:
    return "host";
  case Egress::unknown:
    return "unknown";
  }
  return "unknown";
}

Egress widest(Egress one, Egress other) {
  const auto rank = [](Egress it) {
    return it == Egress::host ? 5 : it == Egress::open ? 4 : it == Egress::unknown ? 3 : static_cast<int>(it);
  };
  return rank(one) >= rank(other) ? one : other;
}

std::vector<IpAddress> public_samples(const NetConfig& config, bool v6) {
  constexpr std::size_t most = 16;
  std::vector<IpAddress> all{at_large_sample(v6)};
  for (const NetRoute* route : public_routes(config, v6)) {
    IpAddress inside = route->to.address;
    if (route->to.length < inside.bits())
      inside.bytes.at(v6 ? 15 : 3) = static_cast<std::uint8_t>(inside.bytes.at(v6 ? 15 : 3) | 1);
    if (route->to.length > 1 && is_public(inside) && all.size() < most &&
        std::find(all.begin(), all.end(), inside) == all.end())
      all.push_back(inside);
  }
  return all;
}

FamilyEgress family_egress(const NamespaceView& view, bool v6) {
  FamilyEgress found;
  const NetConfig& config = *view.config;
  const auto routes = public_routes(config, v6);
  const bool wide =
      std::any_of(routes.begin(), routes.end(), [](const NetRoute* it) { return is_wide(it->to); });
  if (wide || all_routes(config, v6))
    found.default_route = wide;
  if (all_routes(config, v6) && routes.empty()) {
    found.verdict = Egress::none;
    found.because = fmt::format("no route leads out by {}", family_name(v6));
    return found;
  }
  std::string unseen;
  bool at_large = false;
  for (const IpAddress& to : public_samples(config, v6))
    for (const SendingUser& user : view.users) {
      const RouteLookup lookup = view.lookup(to, user.host_uid);
      if (lookup.route && lookup.route->reaches() && leaves(config, lookup.route->link)) {
        at_large = at_large || to == at_large_sample(v6);
        const bool known = std::any_of(found.ways.begin(), found.ways.end(), [&](const RouteAnswer& way) {
          return way.link == lookup.route->link;
        });
        if (!known)
          found.ways.push_back(*lookup.route);
      } else if (!lookup.route && !no_route(lookup))
        unseen = errno_name(lookup.error);
    }
  if (unseen.empty() && other_packets_may(config, v6, routes))
    unseen = "rules of policy routing lead there for some packets, which were not asked about";
  if (found.ways.empty() && unseen.empty() && !view.users.empty() && all_routes(config, v6)) {
    found.verdict = Egress::none;
    found.because =
        fmt::format("{} has routes, and for this user the kernel finds none that leads out", family_name(v6));
    return found;
  }
  if (found.ways.empty()) {
    found.because = fmt::format("{} {}, and where the kernel would send was not seen{}", family_name(v6),
                                routes.empty() ? "may have routes" : "has routes that lead out",
                                unseen.empty() ? "" : ": " + unseen);
    return found;
  }
  judge_rules(found, view, v6, !at_large);
  return found;
}

} // namespace sbx
