#include "probes/network_warnings.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "network/public_address.h"
#include "probes/socket_warnings.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::uint8_t tcp = 6;
constexpr std::uint16_t dns = 53, http = 80;

std::string name_of(const Neighbour& it) {
  std::string text = it.addresses.empty() ? fmt::format("network namespace {}", it.where->inode)
                                          : ip_text(it.addresses.front());
  if (!it.where->comm.empty() && it.where->pid)
    text += fmt::format(" ({}, pid {})", escaped(it.where->comm, 64), *it.where->pid);
  return text;
}

// A chain for what is sent, with rules, none of which refuses anything: somebody began to write a fence.
std::string unfinished_fence(const NetRuleset& ruleset) {
  constexpr unsigned output = 3;
  for (const NetFilterTable& table : ruleset.tables)
    for (const NetFilterChain& chain : table.chains)
      if (chain.hook == output && chain.type == "filter" && !chain.rules.empty())
        return fmt::format("table {} {}, chain {}: {} rules, policy {}", escaped(table.family, 16),
                           escaped(table.name, 64), escaped(chain.name, 64), chain.rules.size(),
                           escaped(chain.policy, 16));
  return {};
}

void about_rules(const NetworkPart& part, std::vector<Warning>& to) {
  const NamespaceEgress& egress = part.egress;
  const bool lets_all = egress.ipv4.lets == Let::everything || egress.ipv6.lets == Let::everything;
  const bool refuses = egress.ipv4.filters == true || egress.ipv6.filters == true;
  if (part.ruleset && lets_all && !refuses)
    if (const std::string fence = unfinished_fence(*part.ruleset); !fence.empty())
      to.push_back({"network.no_reject_rule", Severity::high,
                    "it has rules about what it sends, and none of them refuses anything", fence,
                    "end the chain with a rule that rejects, or give it the policy drop"});
  const auto closed = [](const FamilyEgress& family) {
    return family.verdict == Egress::none || family.verdict == Egress::filtered;
  };
  if (egress.ipv6.verdict == Egress::open && closed(egress.ipv4))
    to.push_back({"network.ipv6_open", Severity::high, "IPv6 leads out, and IPv4 does not",
                  egress.ipv6.because + "; " + egress.ipv4.because,
                  "write the rules for both (nftables: family inet), or take IPv6 away (disable_ipv6)"});
}

void about_escapes(const NetworkPart& part, std::vector<Warning>& to) {
  if (!part.config || !has_links(*part.config))
    return;
  if (part.changes_network == Answer::yes)
    to.push_back({"network.may_change", Severity::high,
                  "it may change the routes and rules of its own network",
                  "a thread holds CAP_NET_ADMIN over it", "take CAP_NET_ADMIN away"});
  if (part.sends_frames == Answer::yes)
    to.push_back({"network.packet_sockets", Severity::medium,
                  "it may send frames of its own making: no route and no output rule sees them",
                  "a thread holds CAP_NET_RAW over its network, and no filter refuses packet sockets",
                  "take CAP_NET_RAW away, or refuse socket(AF_PACKET) by seccomp"});
  const bool by_user = !part.egress.ipv4.uid_rules.empty() || !part.egress.ipv6.uid_rules.empty();
  if (by_user && part.changes_user == Answer::yes)
    to.push_back({"network.may_change_user", Severity::high,
                  "its rules decide by the user who sends, and it may become another user",
                  "a thread holds CAP_SETUID; " + (part.egress.ipv4.uid_rules.empty()
                                                       ? part.egress.ipv6.uid_rules.front()
                                                       : part.egress.ipv4.uid_rules.front()),
                  "take CAP_SETUID and CAP_SETGID away, and set no_new_privs"});
}

std::vector<std::string> names(const std::vector<const Neighbour*>& neighbours) {
  std::vector<std::string> texts;
  texts.reserve(neighbours.size());
  for (const Neighbour* it : neighbours)
    texts.push_back(name_of(*it));
  return texts;
}

void about_neighbours(const NetworkPart& part, std::vector<Warning>& to) {
  std::vector<const Neighbour*> leaders, others;
  for (const Neighbour& it : part.egress.neighbourhood.neighbours) {
    if (!it.gateway)
      (it.leads_out ? leaders : others).push_back(&it);
    std::vector<std::string> open;
    for (const PeerListen& listen : it.listens)
      if (listen.port != dns)
        open.push_back(fmt::format("{} {}", escaped(listen.protocol, 8), listen.port));
    if (it.gateway && !open.empty())
      to.push_back({"network.gateway_serves", Severity::medium,
                    "what listens at the other end of its link is open to it, without any route",
                    fmt::format("{}: {}", name_of(it), some_of(open, 8)),
                    "bind these services to other addresses, or refuse them in the input chain there"});
  }
  if (leaders.size() > 1)
    to.push_back({"network.several_ways_out", Severity::high,
                  "more than one that it can speak to without a route leads further", some_of(names(leaders)),
                  "leave its proxy alone on both networks"});
  if (!others.empty())
    to.push_back({"network.others_on_link", Severity::medium,
                  "others are on the same network: each can speak to the other", some_of(names(others)),
                  "give each sandbox a network of its own"});
}

void about_metadata(Witness& witness, const NetworkPart& part, std::vector<Warning>& to) {
  std::vector<std::string> reached;
  for (const MetadataService& service : metadata_services())
    if (reaches(witness, part, service.address, tcp, http) == Answer::yes)
      reached.push_back(fmt::format("{} ({})", ip_text(service.address), service.whose));
  if (!reached.empty())
    to.push_back({"network.metadata", Severity::medium,
                  "nothing keeps it from the address at which clouds hand out credentials of the machine",
                  "by routes and rules: " + some_of(reached),
                  "reject these addresses, or ask for the service's session tokens with a hop limit of 1"});
}

void about_proxies(Witness& witness, const NetworkView& view, std::vector<Warning>& to) {
  const NetworkPart& part = view.parts.front();
  witness.proxies().match(
      [&](const Seen<Proxies>& seen) {
        std::vector<std::string> set, unreachable, elsewhere;
        for (const ProxyVariable& it : seen.value().variables) {
          if (it.lists_exceptions() || it.empty || it.malformed)
            continue;
          const std::string words = fmt::format("{}={}{}", escaped(it.name, 64), escaped(it.host, 128),
                                                it.port ? fmt::format(":{}", *it.port) : "");
          set.push_back(words);
          if (!it.address)
            continue;
          if (it.port && reaches(witness, part, *it.address, tcp, *it.port) == Answer::no)
            unreachable.push_back(words);
          const auto& out = part.egress.proxy;
          if (out && !it.address->loopback() &&
              std::find(out->addresses.begin(), out->addresses.end(), *it.address) == out->addresses.end())
            elsewhere.push_back(words);
        }
        if (!set.empty() && (view.verdict == Egress::open || view.verdict == Egress::host))
          to.push_back({"network.proxy_not_forced", Severity::high,
                        "it is told to use a proxy, and nothing makes it: it gets out beside it",
                        some_of(set), "take its route away, or refuse everything but the proxy by rules"});
        if (!unreachable.empty())
          to.push_back({"network.proxy_unreachable", Severity::low,
                        "it is told to use a proxy that no route and no rule lets it reach",
                        some_of(unreachable), "give it the address of its proxy"});
        if (!elsewhere.empty())
          to.push_back({"network.proxy_elsewhere", Severity::low,
                        "it is told to use a proxy that is not the one that leads out", some_of(elsewhere),
                        "give it the address of its proxy"});
      },
      [](const Gap&) {});
}

} // namespace

void network_warnings(Witness& witness, const NetworkView& view, std::vector<Warning>& to) {
  if (view.parts.size() > 1)
    to.push_back({"network.threads_differ", Severity::medium,
                  "its threads live in more than one network; what is told is of the one that lets out most",
                  fmt::format("{} network namespaces", view.parts.size()),
                  "enter the network namespace before the first thread is made"});
  for (const NetworkPart& part : view.parts) {
    if (view.verdict == Egress::host || view.sockets.internet.answer == Answer::no)
      break;
    about_rules(part, to);
    about_escapes(part, to);
    about_neighbours(part, to);
    about_metadata(witness, part, to);
  }
  if (view.sockets.internet.answer != Answer::no)
    about_proxies(witness, view, to);
  for (Warning& it : socket_warnings(witness))
    to.push_back(std::move(it));
}

} // namespace sbx
