// What lets a network namespace out? The verdict over routes, rules and the other ends of its links: pure,
// and what was not seen leaves it open.
#pragma once

#include "network/family_egress.h"
#include "network/neighbourhood.h"

#include <optional>
#include <string>

namespace sbx {

struct NamespaceEgress {
  Egress verdict = Egress::unknown;
  std::string because;
  FamilyEgress ipv4, ipv6;
  Neighbourhood neighbourhood;
  std::optional<Neighbour> proxy; // who leads out, where it is one
  bool changeable = false;        // the verdict is open because the target may change what would narrow it
};

NamespaceEgress namespace_egress(const NamespaceView& view);

// Has it an interface that leads anywhere?
bool has_links(const NetConfig& config);

} // namespace sbx
