#include "core/ip_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace sbx {

namespace {

bool shares_bits(const IpAddress& one, const IpAddress& other, unsigned length) {
  const unsigned whole = length / 8, rest = length % 8;
  if (!std::equal(one.bytes.begin(), one.bytes.begin() + whole, other.bytes.begin()))
    return false;
  return rest == 0 || (one.bytes.at(whole) >> (8 - rest)) == (other.bytes.at(whole) >> (8 - rest));
}

bool within(const IpAddress& address, std::string_view prefix) {
  const auto parsed = parse_ip_prefix(prefix);
  return parsed && parsed->contains(address);
}

} // namespace

bool IpAddress::loopback() const { return within(*this, v6 ? "::1/128" : "127.0.0.0/8"); }
bool IpAddress::unspecified() const { return bytes == std::array<std::uint8_t, 16>{}; }
bool IpAddress::link_local() const { return within(*this, v6 ? "fe80::/10" : "169.254.0.0/16"); }

bool IpPrefix::contains(const IpAddress& it) const {
  return it.v6 == address.v6 && shares_bits(address, it, length);
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos)
    return std::nullopt;
  IpAddress address;
  address.v6 = text.find(':') != text.npos;
  if (inet_pton(address.v6 ? AF_INET6 : AF_INET, std::string(text).c_str(), address.bytes.data()) != 1)
    return std::nullopt;
  return address;
}

std::optional<IpPrefix> parse_ip_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address)
    return std::nullopt;
  IpPrefix prefix{*address, address->bits()};
  if (slash == text.npos)
    return prefix;
  const std::string_view digits = text.substr(slash + 1);
  const char* end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, prefix.length);
  if (digits.empty() || problem != std::errc{} || stop != end || prefix.length > address->bits() ||
      (digits.size() > 1 && digits.front() == '0'))
    return std::nullopt;
  return prefix;
}

std::string ip_text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
}

std::string ip_text(const IpPrefix& prefix) {
  return ip_text(prefix.address) + '/' + std::to_string(prefix.length);
}

} // namespace sbx
