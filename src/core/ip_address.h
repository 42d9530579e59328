// What is an IP address or prefix, in numbers and in words? RFC 4291, RFC 5952.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{}; // network order; of IPv4 the first four, the rest 0
  auto operator<=>(const IpAddress&) const = default;
  unsigned bits() const { return v6 ? 128 : 32; }
  bool loopback() const;    // 127.0.0.0/8, ::1
  bool unspecified() const; // 0.0.0.0, ::
  bool link_local() const;  // 169.254.0.0/16, fe80::/10
};

struct IpPrefix {
  IpAddress address;
  unsigned length = 0; // at most address.bits()
  auto operator<=>(const IpPrefix&) const = default;
  bool contains(const IpAddress& it) const; // never one of the other family
};

std::optional<IpAddress> parse_ip_address(std::string_view text); // "10.0.0.1", "fe80::1"; no zone, no port
std::optional<IpPrefix> parse_ip_prefix(std::string_view text);   // "10.0.0.0/24"; without length: all bits
std::string ip_text(const IpAddress& address);
std::string ip_text(const IpPrefix& prefix);

} // namespace sbx
