#include "probes/network_view.h"

#include "network/public_address.h"
#include "probes/network_threads.h"
#include "probes/proc_net_config.h"
#include "rules/errno_gap.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr unsigned cap_setuid = 7, cap_net_admin = 12, cap_net_raw = 13; // linux/capability.h

template <class T> const T* seen_or_null(const Observation<T>& observation) {
  return observation.match([](const Seen<T>& seen) { return &seen.value(); },
                           [](const Gap&) -> const T* { return nullptr; });
}

template <class T> std::string gap_detail(const Observation<T>& observation) {
  return observation.match([](const Seen<T>&) { return std::string(); },
                           [](const Gap& gap) { return gap.detail; });
}

void ask_all(Witness& witness, const NetConfig& config, const std::vector<SendingUser>& users) {
  std::vector<std::string> questions;
  for (const bool v6 : {false, true})
    for (const IpAddress& to : public_samples(config, v6))
      for (const SendingUser& user : users)
        questions.push_back(route_question(config.inode, to, user.host_uid));
  (void)witness.route_lookups(questions);
}

class Gathering {
public:
  Gathering(Witness& witness, const SocketReaches& sockets, bool brokered, bool host)
      : witness_(witness), threads_(witness), sockets_(sockets), brokered_(brokered), host_(host) {}

  std::vector<NetworkPart> parts() {
    std::vector<NetworkPart> found;
    witness_.net_config().match(
        [&](const Seen<std::vector<NetConfig>>& seen) {
          found.reserve(seen.value().size());
          for (const NetConfig& config : seen.value())
            found.push_back(part(config));
        },
        [&](const Gap& gap) { found.push_back(unseen(gap)); });
    // A thread may have gone elsewhere between the two looks.
    for (const std::uint64_t inode : threads_.namespaces())
      if (found.front().inode &&
          std::none_of(found.begin(), found.end(), [&](const NetworkPart& it) { return it.inode == inode; }))
        found.push_back(
            unseen({GapKind::not_attempted, std::string(source::target_net_config.name),
                    fmt::format("network namespace {} of one of its threads was not asked", inode)}));
    if (!threads_.all_seen())
      found.push_back(unseen({GapKind::denied, std::string(source::target_tasks_ns.name),
                              "the network namespace of one of its threads was not seen"}));
    return found;
  }

private:
  static NetworkPart unseen(const Gap& gap) {
    NetworkPart part;
    part.egress.because = gap.detail;
    part.gap = gap;
    return part;
  }

  Gap refusal(Source source, int error, const std::string& what) {
    return gap_of(source, {error, what}, witness_.filtered());
  }

  NetworkPart part(const NetConfig& asked) {
    NetworkPart found;
    found.inode = asked.inode;
    const auto living = threads_.living_in(asked.inode);
    for (const Task* task : living)
      found.tids.push_back(task->tid);
    NamespaceView view;
    if (asked.error != 0)
      found.gap = refusal(source::target_net_config, asked.error, "asking its network namespace");
    if (asked.error == 0 || !asked.links.empty())
      found.config = asked;
    else
      take_from_proc(found, asked);
    view.config = found.config ? &*found.config : nullptr;
    view.config_gap = found.gap ? found.gap->detail : "";
    found.users = threads_.users(living, asked.inode);
    view.users = found.users;
    view.changes_network = found.changes_network = threads_.capable(living, cap_net_admin, asked.inode);
    view.changes_user = found.changes_user = threads_.any_holds(living, cap_setuid);
    view.sends_frames = found.sends_frames =
        all_of(threads_.capable(living, cap_net_raw, asked.inode), sockets_.packet.answer);
    view.brokered = brokered_;
    if (host_)
      view.ruleset_gap = view.peers_gap = "not asked of the host's own network";
    if (view.config && has_links(*view.config) && !host_) {
      add_rules(found, view);
      add_peers(found, view);
    }
    if (view.config && has_links(*view.config))
      ask_all(witness_, *view.config, view.users);
    view.lookup = [&](const IpAddress& to, std::uint32_t uid) {
      return look_up(witness_, asked.inode, to, uid);
    };
    found.ruleset = view.ruleset && view.ruleset->error == 0 ? view.ruleset : nullptr;
    found.egress = namespace_egress(view);
    return found;
  }

  // Anybody may read that, of the first thread's namespace.
  void take_from_proc(NetworkPart& found, const NetConfig& asked) {
    const bool first = witness_.net_config().match(
        [&](const Seen<std::vector<NetConfig>>& all) { return &all.value().front() == &asked; },
        [](const Gap&) { return false; });
    if (!first)
      return;
    proc_net_config(witness_).match(
        [&](const Seen<NetConfig>& seen) {
          found.config = seen.value();
          found.config->inode = asked.inode;
          found.config->tid = asked.tid;
        },
        [](const Gap&) {});
  }

  void add_rules(NetworkPart& found, NamespaceView& view) {
    witness_.net_ruleset().match(
        [&](const Seen<std::vector<NetRuleset>>& seen) {
          for (const NetRuleset& ruleset : seen.value())
            if (ruleset.inode == found.inode)
              view.ruleset = &ruleset;
        },
        [&](const Gap& gap) {
          view.ruleset_gap = gap.detail;
          found.gap = found.gap ? found.gap : gap;
        });
    if (!view.ruleset && view.ruleset_gap.empty())
      view.ruleset_gap = "its rules were not asked for";
    if (view.ruleset && view.ruleset->error != 0 && !found.gap)
      found.gap = refusal(source::target_net_ruleset, view.ruleset->error, "reading its packet filter rules");
  }

  void add_peers(NetworkPart& found, NamespaceView& view) {
    witness_.net_peers().match([&](const Seen<NetPeers>& seen) { view.peers = &seen.value(); },
                               [&](const Gap& gap) {
                                 view.peers_gap = gap.detail;
                                 found.gap = found.gap ? found.gap : gap;
                               });
  }

  Witness& witness_;
  NetworkThreads threads_;
  const SocketReaches& sockets_;
  bool brokered_;
  bool host_; // then its rules and its neighbours decide nothing, and may be many
};

} // namespace

RouteLookup look_up(Witness& witness, std::uint64_t netns, const IpAddress& to, std::uint32_t host_uid) {
  const std::string question = route_question(netns, to, host_uid);
  return witness.route_lookups({question})
      .match([](const Seen<std::vector<RouteLookup>>& seen) { return seen.value().front(); },
             [&](const Gap&) {
               RouteLookup none;
               none.path = question;
               none.error = ENODATA;
               return none;
             });
}

Answer reaches(Witness& witness, const NetworkPart& part, const IpAddress& to, std::uint8_t protocol,
               std::uint16_t port) {
  if (!part.inode || !part.config || part.users.empty())
    return Answer::unknown;
  Answer any = Answer::no;
  for (const SendingUser& user : part.users) {
    const RouteLookup lookup = look_up(witness, *part.inode, to, user.host_uid);
    if (!lookup.route || !lookup.route->reaches()) {
      any = any_of(any, no_route(lookup) || lookup.route ? Answer::no : Answer::unknown);
      continue;
    }
    const auto link = std::find_if(part.config->links.begin(), part.config->links.end(),
                                   [&](const NetLink& it) { return it.index == lookup.route->link; });
    if (!part.ruleset || link == part.config->links.end()) {
      any = any_of(any, Answer::unknown);
      continue;
    }
    const Passages packets = passages(*part.ruleset, {to.v6, user.uid, user.gid, link->name, link->index});
    const Fate fate =
        user.exact || packets.uid_rules.empty() ? fate_of(packets, protocol, to, port) : Fate::undecided;
    any = any_of(any, fate == Fate::accepted    ? Answer::yes
                      : fate == Fate::undecided ? Answer::unknown
                                                : Answer::no);
  }
  return any;
}

NetworkView network_view(Witness& witness) {
  NetworkView view;
  view.ns = target_ns(witness, "net");
  view.sockets = socket_reaches(witness);
  view.brokered = view.sockets.internet.supervised && view.sockets.internet.answer != Answer::yes;
  view.parts = Gathering(witness, view.sockets, view.brokered, view.ns.initial == true).parts();
  if (view.ns.initial == true) {
    view.verdict = Egress::host;
    view.because = view.ns.differs ? "a thread shares the host's network" : "it shares the host's network";
    return view;
  }
  std::stable_sort(view.parts.begin(), view.parts.end(),
                   [](const NetworkPart& one, const NetworkPart& other) {
                     return one.egress.verdict != other.egress.verdict &&
                            widest(one.egress.verdict, other.egress.verdict) == one.egress.verdict;
                   });
  const NetworkPart& widest_part = view.parts.front();
  view.verdict = widest_part.egress.verdict;
  view.because = widest_part.egress.because;
  // A connection that came about, though nothing said so far lets it, shows that something was not
  // understood.
  for (const NetAttempt& attempt : witness.attempts_made()) {
    const auto question = parse_attempt_question(attempt.path);
    if (attempt.error == 0 && question && is_public(question->to.address) &&
        (view.verdict == Egress::none || view.verdict == Egress::proxy)) {
      view.verdict = Egress::open;
      view.because +=
          fmt::format("; yet a connection to {} that was tried came about", attempt_text(question->to));
    }
  }
  // The host's network may be without a route for a while, and is nobody's isolation.
  if (!view.ns.initial && view.verdict != Egress::open && view.verdict != Egress::unknown) {
    view.verdict = Egress::unknown;
    view.because += ", but whether this is the host's own network was not seen" +
                    (view.ns.gap ? ": " + view.ns.gap->detail : std::string());
    view.gap = view.ns.gap;
  }
  if (view.verdict == Egress::unknown) {
    // What the gap is about, and what follows from it: the sentence of the verdict says both.
    if (!view.gap)
      view.gap = widest_part.gap.value_or(
          Gap{GapKind::unsupported, std::string(source::target_net_config.name), view.because});
    view.gap->detail = view.because;
  }
  return view;
}

} // namespace sbx
