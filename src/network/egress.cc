#include "network/egress.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

// Without a route: whoever is on its links.
void judge_neighbours(NamespaceEgress& found) {
  std::vector<const Neighbour*> leaders;
  for (const Neighbour& it : found.neighbourhood.neighbours) {
    // Whoever holds a bridge, and the host, is there whatever it is there for. It counts where a service
    // stands at that very address; a resolver is one that every such network has.
    const bool serves = std::any_of(it.own.begin(), it.own.end(), [](const PeerListen& own) {
      return own.protocol == "tcp" && own.port != 53;
    });
    if (it.leads_out && (serves || !(it.bridge || it.where->ours)))
      leaders.push_back(&it);
  }
  const auto name = [](const Neighbour& it) {
    return it.addresses.empty() ? fmt::format("network namespace {}", it.where->inode)
                                : ip_text(it.addresses.front());
  };
  if (leaders.size() > 1) {
    found.verdict = Egress::filtered;
    std::vector<std::string> names;
    names.reserve(leaders.size());
    for (const Neighbour* it : leaders)
      names.push_back(name(*it));
    found.because =
        fmt::format("no route leads out; on its links {} do: {}", leaders.size(), fmt::join(names, ", "));
    return;
  }
  if (!found.neighbourhood.unseen.empty()) {
    found.because =
        "no route leads out, and who is on its links was not seen: " + found.neighbourhood.unseen.front();
    return;
  }
  if (leaders.empty()) {
    found.verdict = Egress::none;
    found.because = found.neighbourhood.neighbours.empty()
                        ? "loopback only"
                        : "no route leads out, and nobody on its links leads further";
    return;
  }
  found.verdict = Egress::proxy;
  found.proxy = *leaders.front();
  found.because =
      fmt::format("no route leads out; on its links {} alone leads further", name(*leaders.front()));
}

struct Escape {
  Answer may;
  std::string_view by;
};

// What the target may undo, or go around, is not held by the kernel.
void judge_escapes(NamespaceEgress& found, const NamespaceView& view) {
  if (found.verdict == Egress::open || found.verdict == Egress::unknown || !has_links(*view.config))
    return;
  std::vector<Escape> ways{{view.changes_network,
                            "CAP_NET_ADMIN over its network namespace, whose routes and rules "
                            "are then its own to change"}};
  if (found.verdict == Egress::filtered && (found.ipv4.filters == true || found.ipv6.filters == true)) {
    ways.push_back({view.sends_frames, "CAP_NET_RAW, and no rule sees what a packet socket sends"});
    if (!found.ipv4.uid_rules.empty() || !found.ipv6.uid_rules.empty())
      ways.push_back({view.changes_user, "CAP_SETUID, and its rules decide by the user who sends"});
  }
  for (const Answer worst : {Answer::yes, Answer::unknown})
    for (const Escape& way : ways) {
      if (way.may != worst)
        continue;
      found.changeable = worst == Answer::yes;
      found.verdict = found.changeable ? Egress::open : Egress::unknown;
      found.because += fmt::format("; but it {} {}", found.changeable ? "holds" : "may hold", way.by);
      found.proxy.reset();
      return;
    }
}

} // namespace

bool has_links(const NetConfig& config) {
  return std::any_of(config.links.begin(), config.links.end(), [](const NetLink& link) {
    return !link.loopback() && link.kind != "dummy" && link.kind != "ifb";
  });
}

NamespaceEgress namespace_egress(const NamespaceView& view) {
  NamespaceEgress found;
  if (!view.config) {
    found.because = view.config_gap;
    found.ipv4.because = found.ipv6.because = view.config_gap;
    return found;
  }
  found.ipv4 = family_egress(view, false);
  found.ipv6 = family_egress(view, true);
  found.neighbourhood = neighbourhood(*view.config, view.peers, view.peers_gap);
  const bool no_route = found.ipv4.verdict == Egress::none && found.ipv6.verdict == Egress::none;
  if (no_route) {
    judge_neighbours(found);
  } else {
    found.verdict = widest(found.ipv4.verdict, found.ipv6.verdict);
    // Both are said where they differ and have something to say.
    const FamilyEgress& first = found.ipv4.verdict == found.verdict ? found.ipv4 : found.ipv6;
    const FamilyEgress& second = &first == &found.ipv4 ? found.ipv6 : found.ipv4;
    found.because = first.because;
    if (second.verdict != Egress::none && second.verdict != first.verdict)
      found.because += "; " + second.because;
  }
  judge_escapes(found, view);
  if (view.brokered && found.verdict == Egress::none) {
    found.verdict = Egress::proxy;
    found.because += "; another process answers its socket calls (seccomp user notification)";
  }
  return found;
}

} // namespace sbx
