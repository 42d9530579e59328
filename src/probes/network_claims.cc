#include "probes/network_claims.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "network/public_address.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t most_listed = 64;
constexpr std::uint8_t tcp = 6, udp = 17;

Claims answer_claim(Answer answer) {
  return answer == Answer::unknown ? Claims() : Claims(answer == Answer::yes);
}

template <class T> Claims or_null(const std::optional<T>& value) { return value ? Claims(*value) : Claims(); }

Claims addresses_claim(const std::vector<IpAddress>& addresses) {
  Claims list = Claims::array();
  for (const IpAddress& address : addresses)
    if (list.size() < most_listed)
      list.push_back(ip_text(address));
  return list;
}

Claims interface_claim(const NetConfig& config, const NetLink& link) {
  const bool by_proc = config.files.has_value();
  Claims addresses = Claims::array();
  for (const NetAddress& address : config.addresses)
    if (address.link == link.index && addresses.size() < most_listed)
      addresses.push_back(ip_text(address.prefix));
  return {{"name", escaped(link.name, 64)},
          {"kind", by_proc              ? Claims()
                   : !link.kind.empty() ? Claims(escaped(link.kind, 32))
                   : link.loopback()    ? Claims("loopback")
                                        : Claims("device")},
          {"up", by_proc ? Claims() : Claims(link.up())},
          {"addresses", std::move(addresses)}};
}

std::string route_words(const NetConfig& config, const NetRoute& route) {
  const auto link = std::find_if(config.links.begin(), config.links.end(),
                                 [&](const NetLink& it) { return it.index == route.link; });
  return fmt::format("{}{}{}{}",
                     route.to.length == 0 ? (route.to.address.v6 ? "default (IPv6)" : "default")
                                          : ip_text(route.to),
                     route.via ? " via " + ip_text(*route.via) : "",
                     link == config.links.end() ? "" : " on " + escaped(link->name, 64),
                     route.table == 254 ? "" : fmt::format(" in table {}", route.table));
}

// Those that lead somewhere; the kernel's own for each address are left out.
Claims routes_claim(const NetConfig& config) {
  constexpr std::uint32_t table_local = 255;
  Claims list = Claims::array();
  for (const NetRoute& route : config.routes)
    if (route.type == 1 && route.table != table_local && list.size() < most_listed)
      list.push_back(route_words(config, route));
  return list;
}

Claims neighbour_claim(const Neighbour& it) {
  Claims listens = Claims::array();
  for (const PeerListen& open : it.listens)
    if (listens.size() < most_listed)
      listens.push_back(fmt::format(
          "{} {}:{}", escaped(open.protocol, 8),
          open.address.v6 ? "[" + ip_text(open.address) + "]" : ip_text(open.address), open.port));
  return {{"addresses", addresses_claim(it.addresses)},
          {"netns", std::to_string(it.where->inode)},
          {"name", it.where->name.empty() ? Claims() : Claims(escaped(it.where->name, 64))},
          {"pid", or_null(it.where->pid)},
          {"process", it.where->comm.empty() ? Claims() : Claims(escaped(it.where->comm, 64))},
          {"cgroup", it.where->cgroup.empty() ? Claims() : Claims(escaped(it.where->cgroup, 256))},
          {"gateway", it.gateway},
          {"leads_out", it.leads_out},
          {"listens", std::move(listens)}};
}

Claims neighbours_claim(const NetworkPart& part) {
  if (!part.config) // nobody was looked for
    return {};
  if (!part.egress.neighbourhood.unseen.empty() && part.egress.neighbourhood.neighbours.empty())
    return {};
  Claims list = Claims::array();
  for (const Neighbour& it : part.egress.neighbourhood.neighbours)
    if (list.size() < most_listed)
      list.push_back(neighbour_claim(it));
  return list;
}

Claims default_route_claim(const NamespaceEgress& egress) {
  const auto &v4 = egress.ipv4.default_route, &v6 = egress.ipv6.default_route;
  if (!v4 || !v6)
    return v4 == true ? Claims("ipv4") : v6 == true ? Claims("ipv6") : Claims();
  return *v4 && *v6 ? "both" : *v4 ? "ipv4" : *v6 ? "ipv6" : "none";
}

// Whether somebody answers there is not asked: nothing is sent.
Claims resolvers_claim(Witness& witness, const NetworkPart& part) {
  return witness.resolv_conf().match(
      [&](const Seen<ResolvConf>& seen) {
        Claims list = Claims::array();
        for (const NameServer& server : seen.value().servers)
          if (list.size() < ResolvConf::asked)
            list.push_back({{"address", ip_text(server.address)},
                            {"reached", answer_claim(reaches(witness, part, server.address, udp, 53))}});
        return list;
      },
      [](const Gap&) { return Claims(); });
}

Claims proxies_claim(Witness& witness, const NetworkPart& part) {
  return witness.proxies().match(
      [&](const Seen<Proxies>& seen) {
        Claims list = Claims::array();
        for (const ProxyVariable& it : seen.value().variables) {
          if (it.lists_exceptions() || it.empty || list.size() >= most_listed)
            continue;
          const Answer reached =
              it.address && it.port ? reaches(witness, part, *it.address, tcp, *it.port) : Answer::unknown;
          list.push_back({{"variable", escaped(it.name, 64)},
                          {"host", it.malformed ? Claims() : Claims(escaped(it.host, 128))},
                          {"port", it.port ? Claims(*it.port) : Claims()},
                          {"credentials", it.credentials},
                          {"reached", answer_claim(reached)}});
        }
        return list;
      },
      [](const Gap&) { return Claims(); });
}

Claims metadata_claim(Witness& witness, const NetworkPart& part) {
  Claims list = Claims::array();
  for (const MetadataService& service : metadata_services())
    list.push_back({{"address", ip_text(service.address)},
                    {"reached", answer_claim(reaches(witness, part, service.address, tcp, 80))}});
  return list;
}

std::string_view sockets_word(const SocketReach& reach) {
  switch (reach.answer) {
  case Answer::yes:
    return "allowed";
  case Answer::no:
    return "refused";
  case Answer::unknown:
    return reach.supervised ? "supervised" : "unknown";
  }
  return "unknown";
}

Claims texts_or_null(const FamilyEgress& family) { return family.lets ? Claims(family.accepted) : Claims(); }

// Null where nothing was tried.
Claims attempts_claim(Witness& witness) {
  const auto made = witness.attempts_made();
  if (made.empty())
    return {};
  Claims list = Claims::array();
  for (const NetAttempt& attempt : made)
    if (const auto question = parse_attempt_question(attempt.path))
      list.push_back({{"address", attempt_text(question->to)},
                      {"netns", std::to_string(question->netns)},
                      {"uid", question->uid},
                      {"tried", attempt.tried},
                      {"result", attempt.error == 0 ? "connected" : errno_name(attempt.error)}});
  return list;
}

void ask_about_all(Witness& witness, const NetworkPart& part) {
  std::vector<std::string> questions;
  const auto ask = [&](const IpAddress& to) {
    for (const SendingUser& user : part.users)
      questions.push_back(route_question(*part.inode, to, user.host_uid));
  };
  for (const MetadataService& service : metadata_services())
    ask(service.address);
  witness.resolv_conf().match(
      [&](const Seen<ResolvConf>& seen) {
        for (const NameServer& server : seen.value().servers)
          ask(server.address);
      },
      [](const Gap&) {});
  witness.proxies().match(
      [&](const Seen<Proxies>& seen) {
        for (const ProxyVariable& it : seen.value().variables)
          if (it.address)
            ask(*it.address);
      },
      [](const Gap&) {});
  (void)witness.route_lookups(questions);
}

} // namespace

std::string_view network_shape(const NetworkView& view) {
  if (view.verdict == Egress::host)
    return "host";
  const NetworkPart& part = view.parts.front();
  if (view.brokered)
    return "broker";
  if (!part.config)
    return "unknown";
  if (!has_links(*part.config))
    return "loopback_only";
  const bool by_user = !part.egress.ipv4.uid_rules.empty() || !part.egress.ipv6.uid_rules.empty();
  if (by_user)
    return "shared_with_user_rules";
  const bool routed = !part.egress.ipv4.ways.empty() || !part.egress.ipv6.ways.empty();
  if (routed)
    return part.egress.ipv4.filters == true || part.egress.ipv6.filters == true ? "routed_with_rules"
                                                                                : "routed";
  return part.egress.ipv4.verdict == Egress::none && part.egress.ipv6.verdict == Egress::none ? "internal"
                                                                                              : "unknown";
}

void add_network_claims(Witness& witness, const NetworkView& view, Finding& finding) {
  const NetworkPart& part = view.parts.front();
  if (part.inode && part.config) // all at once, for each asking is a child
    ask_about_all(witness, part);
  Claims interfaces, routes;
  if (part.config) {
    interfaces = Claims::array();
    for (const NetLink& link : part.config->links)
      if (interfaces.size() < most_listed)
        interfaces.push_back(interface_claim(*part.config, link));
    routes = routes_claim(*part.config);
  }
  finding.claim("egress", egress_name(view.verdict));
  finding.claim("because", view.because);
  finding.claim("egress_ipv4", egress_name(part.egress.ipv4.verdict));
  finding.claim("egress_ipv6", egress_name(part.egress.ipv6.verdict));
  finding.claim("shape", network_shape(view));
  finding.claim("default_route", default_route_claim(part.egress));
  finding.claim("namespaces", view.parts.size());
  finding.claim("interfaces", std::move(interfaces));
  finding.claim("routes", std::move(routes));
  finding.claim("neighbours", neighbours_claim(part));
  finding.claim("neighbours_unseen", part.config ? Claims(part.egress.neighbourhood.unseen) : Claims());
  finding.claim("proxy", part.egress.proxy ? neighbour_claim(*part.egress.proxy) : Claims());
  finding.claim("accepted_ipv4", texts_or_null(part.egress.ipv4));
  finding.claim("accepted_ipv6", texts_or_null(part.egress.ipv6));
  Claims rules = Claims::array();
  for (const FamilyEgress* family : {&part.egress.ipv4, &part.egress.ipv6})
    for (const std::string& rule : family->uid_rules)
      if (std::find(rules.begin(), rules.end(), rule) == rules.end() && rules.size() < most_listed)
        rules.push_back(rule);
  const auto unread = [](const FamilyEgress& family) {
    return family.verdict == Egress::unknown && !family.filters;
  };
  if (rules.empty() && (unread(part.egress.ipv4) || unread(part.egress.ipv6)))
    rules = nullptr; // there may be some
  finding.claim("user_rules", std::move(rules));
  finding.claim("may_change", answer_claim(part.changes_network));
  finding.claim("metadata", metadata_claim(witness, part));
  finding.claim("resolvers", resolvers_claim(witness, part));
  finding.claim("proxy_variables", proxies_claim(witness, part));
  if (Claims attempts = attempts_claim(witness); !attempts.is_null())
    finding.claim("attempts", std::move(attempts));
  finding.claim("sockets", Claims{{"internet", sockets_word(view.sockets.internet)},
                                  {"packet", sockets_word(view.sockets.packet)},
                                  {"raw", sockets_word(view.sockets.raw)}});
}

} // namespace sbx
