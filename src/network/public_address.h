// Is an address one that anybody may have, out in the internet? RFC 6890 and what the IANA special-purpose
// registries have added to it.
#pragma once

#include "core/ip_address.h"

#include <span>

namespace sbx {

// Never routed to the public: private, loopback, link-local, multicast, documentation, benchmarking ...
std::span<const IpPrefix> special_prefixes(bool v6);

bool is_public(const IpAddress& address);
bool is_public(const IpPrefix& prefix); // holds a public address

// Where clouds tell a machine about itself, and hand out its credentials: 169.254.169.254 and others.
struct MetadataService {
  IpAddress address;
  std::string_view whose;
};
std::span<const MetadataService> metadata_services();

} // namespace sbx
