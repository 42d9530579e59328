// What do the routes and rules of a network namespace let out, by IPv4 or by IPv6? Pure; what was not seen
// leaves it open.
#pragma once

#include "core/answer.h"
#include "network/passage.h"
#include "parse/net_config.h"
#include "parse/net_peers.h"
#include "parse/net_ruleset.h"
#include "parse/route_lookups.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// From the narrowest on.
enum class Egress {
  none,     // loopback only, or no route and nobody on its links who leads out
  proxy,    // no route; of those on its links one alone leads out
  filtered, // there are routes, and its rules refuse all or a part; or more than one on its links leads out
  open,     // something public is reached, and no rule of its own forbids it
  host,     // the host's own network
  unknown,
};

std::string_view egress_name(Egress egress);
Egress widest(Egress one,
              Egress other); // open and host show whatever else was not seen; unknown beats the rest

// One user that sends, as the rules number him.
struct SendingUser {
  std::uint32_t uid = 0, gid = 0; // as the owner of the network namespace numbers them
  std::uint32_t host_uid = 0;     // as the inspector does
  bool exact = true;              // uid and gid are known so; else rules about users are not evaluated
};

struct NamespaceView {
  const NetConfig* config = nullptr; // null: nothing was seen, for the reason `config_gap`
  std::string config_gap;
  const NetRuleset* ruleset = nullptr;
  std::string ruleset_gap;
  const NetPeers* peers = nullptr;
  std::string peers_gap;
  std::vector<SendingUser> users; // empty: whoever sends was not seen
  std::function<RouteLookup(const IpAddress& to, std::uint32_t host_uid)> lookup;
  Answer changes_network = Answer::unknown; // CAP_NET_ADMIN over the namespace
  Answer changes_user = Answer::unknown;    // CAP_SETUID
  Answer sends_frames =
      Answer::unknown;   // CAP_NET_RAW over the namespace, and packet sockets: no output rule sees these
  bool brokered = false; // another process answers its socket calls
};

struct FamilyEgress { // of IPv4 or IPv6, by routes and rules alone
  Egress verdict = Egress::unknown;
  std::string because;
  std::optional<bool> default_route;
  std::vector<RouteAnswer> ways;     // to public addresses, one for each interface
  std::vector<std::string> accepted; // what the rules let through, in words
  std::vector<std::string> uid_rules;
  std::optional<bool> filters; // its rules refuse something
  std::optional<Let> lets;     // of what is public
};

FamilyEgress family_egress(const NamespaceView& view, bool v6); // view.config is not null

// What it asks `lookup` about: one address for the internet at large, which comes first, and one for each
// public network that has a route of its own.
std::vector<IpAddress> public_samples(const NetConfig& config, bool v6);

} // namespace sbx
