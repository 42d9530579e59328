// Which kinds of sockets do the seccomp filters let the target make? The thread that may do most decides.
#pragma once

#include "core/answer.h"
#include "probes/witness.h"

#include <string>

namespace sbx {

struct SocketReach {
  Answer answer = Answer::unknown;
  bool supervised = false; // another process answers the call
  std::string detail;
};

struct SocketReaches {
  SocketReach internet; // of AF_INET or AF_INET6
  SocketReach packet;   // AF_PACKET: whole frames
  SocketReach raw;      // SOCK_RAW of any family
};

SocketReaches socket_reaches(Witness& witness);

} // namespace sbx
