#include "network/flow.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::uint32_t invalid = 1, fresh = 8, untracked = 64; // enum nft_ct_state, IP_CT_NEW of the kernel

} // namespace

const SharedSpans& port_protocols() {
  static const SharedSpans known = shared({{6, 6}, {17, 17}, {33, 33}, {132, 132}, {136, 136}});
  return known;
}

bool only_ports(const Flow& flow) {
  return without(*flow.box.side[protocol_side], *port_protocols()).empty();
}

bool only_protocol(const Flow& flow, std::uint8_t protocol) {
  return *flow.box.side[protocol_side] == Spans{{protocol, protocol}};
}

Symbols protocol_symbol() { return {Symbol::field(Symbol::Origin::protocol, 0)}; }

Symbols address_symbols(const Flow& flow, bool v6) {
  const std::size_t length = v6 ? 16 : 4;
  Symbols symbols;
  for (std::size_t i = 0; i < length; ++i)
    symbols.push_back(!flow.state.address_changed ? Symbol::field(Symbol::Origin::address, i)
                      : flow.state.address        ? Symbol::of(flow.state.address->bytes.at(i))
                                                  : Symbol());
  return symbols;
}

Symbols port_symbols(const Flow& flow) {
  if (!only_ports(flow) || (flow.state.port_changed && !flow.state.port))
    return unknown_symbols(2);
  if (!flow.state.port_changed)
    return {Symbol::field(Symbol::Origin::port, 0), Symbol::field(Symbol::Origin::port, 1)};
  return {Symbol::of(static_cast<std::uint8_t>(*flow.state.port >> 8)),
          Symbol::of(static_cast<std::uint8_t>(*flow.state.port))};
}

// In the hook where the destination changes, rules still see the interface that was there at its beginning
// (struct nf_hook_state).
std::optional<Link> link_of(const Flow& flow, const Scene& scene) {
  static const Link loopback{"lo", 1}; // LOOPBACK_IFINDEX
  const bool later = scene.hook != Hook::output;
  if (later && flow.state.address_changed) {
    if (flow.state.address && flow.state.address->loopback())
      return loopback;
    return std::nullopt;
  }
  if (later && flow.state.rerouted)
    return std::nullopt;
  if (flow.state.loopback)
    return loopback;
  if (scene.sender.link.empty())
    return std::nullopt;
  return Link{scene.sender.link, scene.sender.link_index};
}

std::optional<std::uint32_t> tracking_state(const Flow& flow, const Scene& scene) {
  if (flow.state.untracked)
    return untracked;
  if (!scene.tracking)
    return std::nullopt;
  return *scene.tracking ? fresh : invalid;
}

} // namespace sbx
