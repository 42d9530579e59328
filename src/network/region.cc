#include "network/region.h"

namespace sbx {

Wide wide_of(const IpAddress& address) {
  Wide number = 0;
  for (unsigned i = 0; i < address.bits() / 8; ++i)
    number = number << 8 | address.bytes.at(i);
  return number;
}

IpAddress address_of(Wide number, bool v6) {
  IpAddress address;
  address.v6 = v6;
  for (unsigned i = address.bits() / 8; i-- > 0; number >>= 8)
    address.bytes.at(i) = static_cast<std::uint8_t>(number & 0xff);
  return address;
}

Region region_of(const Box& box, bool v6) {
  Region region;
  for (const auto& [from, to] : *box.side[protocol_side])
    region.protocols.emplace_back(static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to));
  for (const auto& [from, to] : *box.side[address_side])
    region.destinations.emplace_back(address_of(from, v6), address_of(to, v6));
  for (const auto& [from, to] : *box.side[port_side])
    region.ports.emplace_back(static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to));
  return region;
}

Box box_of(const Region& region) {
  const bool v6 = !region.destinations.empty() && region.destinations.front().first.v6;
  Box box = everything(v6 ? 128 : 32);
  Spans protocols, addresses, ports;
  for (const auto& [from, to] : region.protocols)
    protocols.emplace_back(from, to);
  for (const auto& [from, to] : region.destinations)
    addresses.emplace_back(wide_of(from), wide_of(to));
  for (const auto& [from, to] : region.ports)
    ports.emplace_back(from, to);
  for (const auto& [side, spans] :
       {std::pair(protocol_side, &protocols), {address_side, &addresses}, {port_side, &ports}})
    if (!spans->empty())
      box.side[side] = shared(sorted_spans(std::move(*spans)));
  return box;
}

} // namespace sbx
