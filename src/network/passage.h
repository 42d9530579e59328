// Which packets does a ruleset let a process send? The first packet of every new connection at once: the
// rules of all hooks that an outgoing packet passes (output, postrouting, egress of the interface) are
// followed, and what they decide is told for ranges of protocols, addresses and ports. Hooks of incoming
// packets, which a packet to oneself passes too, are not followed. Pure functions with a bound on their work.
#pragma once

#include "core/ip_address.h"
#include "parse/net_ruleset.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

// Who sends, and by which interface the routes would have it leave.
struct Sender {
  bool v6 = false;
  // As the user namespace that owns the network namespace numbers them: so the kernel compares them
  // (nft_meta_get_eval_skugid, owner_mt). Nothing: not known, and then rules about them are undecided.
  std::optional<std::uint32_t> uid, gid;
  std::string link; // name of the interface; empty: not known
  std::uint32_t link_index = 0;
};

template <class T> using Ranges = std::vector<std::pair<T, T>>; // from, to; sorted, apart from each other

struct Region {                   // the packets that lie in all of these
  Ranges<std::uint8_t> protocols; // IPPROTO_*
  Ranges<IpAddress> destinations;
  Ranges<std::uint16_t> ports; // of protocols that have any: TCP, UDP, SCTP, DCCP, UDP-Lite
};

enum class Fate {
  accepted,
  refused,    // rejected or dropped
  redirected, // its destination is changed, to `to` where that is known, and then it is accepted
  undecided,  // what decides is not evaluated: a mark, a time, a limit, an expression that is not known here
};

struct Passage {
  Region region;
  Fate fate = Fate::undecided;
  std::optional<IpAddress> to; // redirected
  std::optional<std::uint16_t> to_port;
  std::string by; // the rule or policy that decided, in words; escaped
};

struct Passages {
  std::vector<Passage> list;          // apart from each other; together they are every packet of the family
  std::vector<std::string> uid_rules; // rules that decide by the sender's user or group, in words; escaped
  bool filters = false;               // there is a rule or a policy that refuses something, whoever sends
};

Passages passages(const NetRuleset& ruleset, const Sender& sender);

// Of one packet; undecided where a passage that holds it is.
Fate fate_of(const Passages& passages, std::uint8_t protocol, const IpAddress& to, std::uint16_t port);

// What is let through to the public: everything outside the ranges that are never routed there (private,
// loopback, link-local, multicast, documentation ...; RFC 6890).
enum class Let { everything, some, nothing, unknown };
struct PublicPassage {
  Let let = Let::unknown;
  std::vector<std::string> accepted; // where it is some: "tcp to 203.0.113.5 port 443", at most 32
};
PublicPassage to_public(const Passages& passages, bool v6);

// "tcp to 10.200.0.1 port 3128"; of all accepted and redirected regions beside loopback, at most `most`.
std::vector<std::string> accepted_words(const Passages& passages, std::size_t most);

} // namespace sbx
