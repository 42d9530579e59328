// Who is at the other end of the unix sockets that the target holds, where that is nobody of its own?
// Connected sockets stay so, whatever namespace or restriction came later.
#pragma once

#include "probes/leading_sockets.h"

namespace sbx {

struct LeadingPeers {
  std::vector<LeadingSocket> found;
  std::vector<std::string> not_searched;
};

// Of a peer that no row tells: only where it lives in another network or mount namespace than every thread of
// the target, or where that was not seen.
LeadingPeers leading_peers(Witness& witness);

} // namespace sbx
