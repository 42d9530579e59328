#include "parse/if_inet6.h"

#include "core/escape.h"
#include "parse/hex_address.h"
#include "parse/line.h"

namespace sbx {

namespace {

Parsed<Ipv6Address> entry(std::string_view line) {
  const auto parts = words(line);
  if (parts.size() != 6)
    return malformed("not an IPv6 address of an interface: " + escaped(line, 80));
  const auto address = address_of_bytes(parts[0]);
  const auto index = hex_word(parts[1]), length = hex_word(parts[2]), scope = hex_word(parts[3]),
             flags = hex_word(parts[4]);
  if (!address || !index || *index == 0 || !length || *length > 128 || !scope || !flags)
    return malformed("not an IPv6 address of an interface: " + escaped(line, 80));
  return Ipv6Address{{*address, *length}, *index, std::string(parts[5]), *flags};
}

} // namespace

Parsed<std::vector<Ipv6Address>> parse_if_inet6(std::string_view text) {
  if (text.empty())
    return std::vector<Ipv6Address>();
  return parse_each_line<Ipv6Address>(text, entry);
}

} // namespace sbx
