// Which proxies does the environment of the target name? The dialect of target/proxies:
//
//   HTTP_PROXY scheme=http host=10.89.77.2 port=3128 credentials=0    scheme and port are - where not said
//   ALL_PROXY malformed credentials=1                                 nothing of it is kept
//   https_proxy empty                                                 set to nothing: no proxy
//   no_proxy value=127.0.0.1,.internal left_out=0                     how many bytes of it were not kept
//   end more=0                                                        how many lines were not kept
#pragma once

#include "core/ip_address.h"
#include "parse/malformed.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct ProxyVariable {
  std::string name;                 // "HTTP_PROXY"; a name may come twice, and programs take the first
  std::string scheme;               // in small letters; empty: not said, and most programs take http
  std::string host;                 // raw bytes, without brackets
  std::optional<IpAddress> address; // of a host that is one
  std::optional<std::uint16_t> port;
  bool credentials = false; // a user or a password stood there; neither is anywhere in the evidence
  bool malformed = false;   // no address of a proxy; then of the rest only `credentials` says something
  bool empty = false;       // set to nothing
  std::string exceptions;   // of NO_PROXY and no_proxy, which have nothing else: raw bytes
  std::size_t exceptions_left_out = 0;

  bool lists_exceptions() const { return name == "NO_PROXY" || name == "no_proxy"; }
};

struct Proxies {
  std::vector<ProxyVariable> variables; // in the order of the environment
  std::uint64_t more = 0;               // that were over the bound
};

Parsed<Proxies> parse_proxies(std::string_view text);

} // namespace sbx
