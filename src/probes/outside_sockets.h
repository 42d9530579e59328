// Which sockets does the target hold that were made in a network namespace it does not live in? They go on in
// that one: also a TCP socket that listens or is connected can be made to connect anew (connect(2),
// AF_UNSPEC).
#pragma once

#include "probes/witness.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct OutsideSocket {
  int descriptor = 0;
  bool reaches_network = true; // of another family than unix
  std::string evidence;        // "descriptor 7: tcp 10.0.0.1 port 80 to 10.0.0.9 port 4711"; escaped
};

struct OutsideSockets {
  std::vector<OutsideSocket> found; // each socket once. Connected unix streams are left out: they lead to one
                                    // peer alone (probes/leading_peers.h)
  std::optional<std::size_t> held;  // how many sockets were looked at; empty: none could be
  std::vector<std::string> not_seen; // in words; empty: of each one that it holds it is known
};

OutsideSockets outside_sockets(Witness& witness);

} // namespace sbx
