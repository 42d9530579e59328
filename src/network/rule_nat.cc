#include "network/rule_state.h"

#include <algorithm>

namespace sbx {

namespace {

// The bytes of a register that are wanted, where they are known and the other end of the range is the same.
std::optional<std::string> known_value(const RuleState& state, const Values& values, const char* least,
                                       const char* most, std::size_t length) {
  const auto from = state.registers.load(values.number(least).value_or(0), length);
  const auto to = values.has(most) ? state.registers.load(values.number(most).value_or(0), length) : from;
  if (!from || !to || !all_known(*from) || !all_known(*to) || known_bytes(*from) != known_bytes(*to))
    return std::nullopt;
  return known_bytes(*from);
}

} // namespace

IpAddress loopback_of(bool v6) {
  IpAddress address;
  address.v6 = v6;
  if (v6)
    address.bytes[15] = 1;
  else
    address.bytes[0] = 127, address.bytes[3] = 1;
  return address;
}

void redirect(RuleWalk& walk, RuleState& state, const NewDestination& destination) {
  Flow::State& flow = state.flow.state;
  if (!walk.input.scene.nat || walk.input.scene.hook != Hook::output) {
    walk.end(state.flow, Outcome::What::unclear);
    return;
  }
  if (destination.address) {
    flow.address_changed = true;
    flow.address = destination.to;
  }
  if (destination.port) {
    flow.port_changed = true;
    flow.port = destination.to_port;
  }
  flow.output_nat = true;
  walk.end(state.flow, Outcome::What::accept);
}

// Of nat: type 0 changes the source, 1 the destination (enum nft_nat_types).
bool follow_nat(RuleWalk& walk, RuleState& state, const Values& values, bool redirects) {
  const auto type = values.number("type");
  if (!redirects && type != std::uint32_t(1)) {
    state.flow.state.source_nat = true;
    walk.end(state.flow,
             walk.input.scene.hook == Hook::postrouting ? Outcome::What::accept : Outcome::What::unclear);
    return false;
  }
  NewDestination destination;
  if (redirects) {
    destination.address = true;
    destination.to = loopback_of(walk.v6());
  } else if (values.has("addr_min")) {
    const std::size_t length = walk.v6() ? 16 : 4;
    destination.address = true;
    const bool prefix = (values.number("flags").value_or(0) & 1U << 6) != 0; // NF_NAT_RANGE_NETMAP
    if (const auto bytes = known_value(state, values, "addr_min", "addr_max", length); bytes && !prefix) {
      IpAddress& to = destination.to.emplace();
      to.v6 = walk.v6();
      std::transform(bytes->begin(), bytes->end(), to.bytes.begin(),
                     [](char byte) { return static_cast<std::uint8_t>(byte); });
    }
  }
  if (values.has("proto_min")) {
    destination.port = true;
    if (const auto bytes = known_value(state, values, "proto_min", "proto_max", 2))
      destination.to_port = static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes->at(0)) << 8 |
                                                       static_cast<std::uint8_t>(bytes->at(1)));
  }
  redirect(walk, state, destination);
  return false;
}

} // namespace sbx
