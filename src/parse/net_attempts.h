// What came of connections that the user asked to be tried from inside the target's network namespace? The
// dialect of target/net/attempts, one line for each:
//
//   4026532008/tcp:1.1.1.1:443/1000/1000 connected
//   4026532008/tcp:[fd00::2]:80/0/0 !ECONNREFUSED        what connect(2) ended with; ETIMEDOUT: our deadline
//   4026532008/tcp:1.1.1.1:443/1000/1000 !EPERM untried  nothing was sent: the namespace could not be joined,
//   or
//                                                        the user not taken
//
// A question is the inode of the network namespace, the address, and the user and group who connect.
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;
};

// "tcp:1.1.1.1:443", "tcp:[fd00::2]:80"; TCP alone, for only that tells whether somebody answered.
std::optional<SocketAddress> parse_attempt_address(std::string_view text);
std::string attempt_text(const SocketAddress& to); // "tcp:1.1.1.1:443"

struct NetAttemptQuestion {
  std::uint64_t netns = 0;
  SocketAddress to;
  std::uint32_t uid = 0, gid = 0; // as the inspector numbers them
};

std::string attempt_question(const NetAttemptQuestion& question);
std::optional<NetAttemptQuestion> parse_attempt_question(std::string_view text);

struct NetAttempt {
  std::string path; // the question, as it was asked
  int error = 0;    // errno; 0: connected
  bool tried = false;
};

Parsed<std::vector<NetAttempt>> parse_net_attempts(std::string_view text);

} // namespace sbx
