#include "network/public_address.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sbx {

namespace {

std::vector<IpPrefix> prefixes(std::initializer_list<std::string_view> texts) {
  std::vector<IpPrefix> all;
  for (const std::string_view text : texts)
    if (const auto prefix = parse_ip_prefix(text))
      all.push_back(*prefix);
  return all;
}

} // namespace

std::span<const IpPrefix> special_prefixes(bool v6) {
  static const std::vector<IpPrefix> ipv4 =
      prefixes({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
                "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
  // All outside of global unicast, and the parts of that which are not handed out.
  static const std::vector<IpPrefix> ipv6 =
      prefixes({"::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1"});
  return v6 ? ipv6 : ipv4;
}

bool is_public(const IpAddress& address) {
  return std::ranges::none_of(special_prefixes(address.v6),
                              [&](const IpPrefix& special) { return special.contains(address); });
}

// Special ranges are few and small beside what is public: a prefix that lies in none of them holds some of
// it.
bool is_public(const IpPrefix& prefix) {
  return std::ranges::none_of(special_prefixes(prefix.address.v6), [&](const IpPrefix& special) {
    return special.length <= prefix.length && special.contains(prefix.address);
  });
}

std::span<const MetadataService> metadata_services() {
  static const std::array services{
      MetadataService{*parse_ip_address("169.254.169.254"), "most clouds"},
      MetadataService{*parse_ip_address("169.254.170.2"), "tasks of Amazon ECS"},
      MetadataService{*parse_ip_address("168.63.129.16"), "Azure"},
      MetadataService{*parse_ip_address("100.100.100.200"), "Alibaba Cloud"},
      MetadataService{*parse_ip_address("fd00:ec2::254"), "Amazon EC2 by IPv6"},
  };
  return services;
}

} // namespace sbx
