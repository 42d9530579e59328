// Whom does a resolver ask for names? resolv.conf(5), read as glibc reads it (resolv/res_init.c).
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct NameServer {
  IpAddress address;
  std::string zone; // raw bytes behind a % ("eth0"); empty: none
};

struct ResolvConf {
  static constexpr std::size_t asked = 3; // MAXNS: the C libraries pass over all servers behind these

  bool missing = false;             // there is no such file
  std::vector<NameServer> servers;  // in their order, at most 64
  std::size_t servers_left_out = 0; // how many more
  std::size_t servers_not_read = 0; // lines whose address makes no sense; libc passes over them
  std::vector<std::string> search;  // raw bytes, of the last `search` or `domain`; at most 64
  std::vector<std::string> options; // raw bytes: "ndots:5", "use-vc"; at most 64
  std::optional<unsigned> ndots;    // of the last such option
  bool no_server() const { return servers.empty(); } // then libc asks 127.0.0.1
};

// Every text is one: what is no line of resolv.conf(5) is passed over.
Parsed<ResolvConf> parse_resolv_conf(std::string_view text);

} // namespace sbx
