// What becomes of one packet, by the rules, one expression after the other? Written apart from src/network,
// and without any of its ideas: so that the two can be held against each other.
#pragma once

#include "network/passage.h"

#include <set>
#include <tuple>

namespace sbx {

struct NaivePacket {
  std::uint8_t protocol = 6;
  IpAddress to;
  std::uint16_t port = 80;
};

// A fate that it can have, and where it was sent to.
using NaiveFate = std::tuple<Fate, std::optional<IpAddress>, std::optional<std::uint16_t>>;

// All that it can have where something is not known; one where all is.
std::set<NaiveFate> naive_fates(const NetRuleset& ruleset, const Sender& sender, const NaivePacket& packet);

} // namespace sbx
