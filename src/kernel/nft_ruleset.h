// Which tables does nf_tables hold in this network namespace? Asked over netlink(7), as lines of
// target/net/ruleset.
#pragma once

#include "kernel/netlink.h"

#include <cstddef>
#include <string>

namespace sbx {

struct NftBounds {
  std::size_t rules = 65'536, elements = 262'144;
  std::size_t bytes = 16 << 20;
};

struct NftText {
  std::string text;
  int error = 0; // errno; 0: these are all, as they were at one moment
};

// The namespace that the socket was opened in. All of it is asked again where its generation changed in
// between; EAGAIN where that never ends.
NftText read_nft_ruleset(Netlink& socket, const NftBounds& bounds);

} // namespace sbx
