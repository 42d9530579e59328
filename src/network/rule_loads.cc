#include "network/nft_numbers.h"
#include "network/rule_state.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::uint8_t tcp = 6;
constexpr std::size_t tcp_flags_at = 13;
constexpr std::size_t most_header = 60;

// What the kernel answers for sure lies inside of every header of that kind; beyond it, the rule may not
// match.
std::size_t sure_length(std::uint32_t base, const Flow& flow, bool v6) {
  if (base == nft::network_header)
    return v6 ? 40 : 20;
  if (base != nft::transport_header)
    return 0;
  if (only_protocol(flow, tcp))
    return 20;
  return only_ports(flow) ? 8 : 0;
}

void put(Symbols& into, std::size_t from, std::size_t at, const Symbols& what) {
  for (std::size_t i = 0; i < what.size(); ++i)
    if (at + i >= from && at + i - from < into.size())
      into[at + i - from] = what[i];
}

// Bytes of the header from `offset` on.
Symbols header_symbols(std::uint32_t base, std::size_t offset, std::size_t length, const Flow& flow,
                       bool v6) {
  Symbols symbols(length);
  if (base == nft::network_header) {
    put(symbols, offset, v6 ? 24 : 16, address_symbols(flow, v6));
    put(symbols, offset, v6 ? 6 : 9, protocol_symbol());
  } else if (base == nft::transport_header) {
    if (only_ports(flow))
      put(symbols, offset, 2, port_symbols(flow));
    // The first packet of a connection has SYN, and of all others perhaps the two of ECN.
    if (only_protocol(flow, tcp))
      put(symbols, offset, tcp_flags_at, {Symbol{Symbol::Origin::unknown, 0, 0xc0, 0x02}});
  }
  return symbols;
}

// So that in each of the states the header is of one kind. True: the state was divided, and all its parts are
// followed from this expression on.
bool divide(RuleWalk& walk, RuleState& state, const SharedSpans& protocols) {
  Condition condition;
  condition.side[protocol_side] = protocols;
  const Parts parts = parted(state.flow.box, condition, walk.budget);
  if (!parts.in || parts.out.empty())
    return false;
  RuleState more = state;
  more.flow.box = *parts.in;
  walk.states.push_back(more);
  for (const Box& box : parts.out) {
    more.flow.box = box;
    walk.states.push_back(more);
  }
  return true;
}

} // namespace

bool follow_payload(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto base = values.number("base"), offset = values.number("offset"), length = values.number("len"),
             into = values.number("dreg");
  if (!base || !offset || !length || !into || values.has("sreg") || *length > Registers::size ||
      *offset > 1U << 16) {
    walk.end(state.flow, Outcome::What::unclear); // a rule that changes the packet
    return false;
  }
  const std::size_t end = *offset + *length;
  if (*base == nft::transport_header) {
    static const SharedSpans only_tcp = shared({{tcp, tcp}});
    const bool beyond_ports = end > 8; // which is all there is of UDP
    if (divide(walk, state, port_protocols()) || (beyond_ports && divide(walk, state, only_tcp)))
      return false;
  }
  if (end > sure_length(*base, state.flow, walk.v6()))
    walk.may_break(state);
  walk.store(state, *into,
             *offset < most_header ? header_symbols(*base, *offset, *length, state.flow, walk.v6())
                                   : unknown_symbols(*length));
  return true;
}

namespace {

constexpr std::size_t name_size = 16; // IFNAMSIZ

Symbols name_symbols(const std::optional<Link>& link) {
  if (!link)
    return unknown_symbols(name_size);
  std::string name = link->name;
  name.resize(name_size);
  return known_symbols(name);
}

Symbols id_symbols(const std::optional<std::uint32_t>& id) {
  return id ? known_number(*id) : unknown_symbols(4);
}

// Of the packet's family; a table of netdev or bridge is told its own (struct nf_hook_state).
std::uint8_t family_number(const Scene& scene) {
  if (scene.family == "netdev")
    return 5; // NFPROTO_NETDEV
  if (scene.family == "bridge")
    return 7; // NFPROTO_BRIDGE
  return scene.sender.v6 ? 10 : 2;
}

// What a key of meta tells; nothing: not known, and perhaps it tells nothing.
std::optional<Symbols> meta_symbols(std::uint32_t key, const Flow& flow, const Scene& scene) {
  const auto link = link_of(flow, scene);
  switch (key) {
  case nft::meta_protocol:
    return known_symbols(scene.sender.v6 ? "\x86\xdd" : std::string_view("\x08\x00", 2));
  case nft::meta_mark:
    return flow.state.mark ? known_number(*flow.state.mark) : unknown_symbols(4);
  case nft::meta_oif:
    return link && link->index != 0 ? known_number(link->index) : unknown_symbols(4);
  case nft::meta_oifname:
    return name_symbols(link);
  case nft::meta_skuid:
    return id_symbols(scene.sender.uid);
  case nft::meta_skgid:
    return id_symbols(scene.sender.gid);
  case nft::meta_nfproto:
    return Symbols{Symbol::of(family_number(scene))};
  case nft::meta_l4proto:
    return protocol_symbol();
  default:
    return std::nullopt;
  }
}

// Where the packet comes from: nowhere. The kernel compares zeros, and before 5.5 or so did not match at all.
bool follow_origin(RuleWalk& walk, RuleState& state, std::uint32_t reg, std::size_t length) {
  walk.may_break(state);
  walk.store(state, reg, known_symbols(std::string(length, '\0')));
  return true;
}

bool follow_meta_set(RuleWalk& walk, RuleState& state, std::uint32_t key, std::uint32_t source) {
  if (key != nft::meta_mark)
    return true; // priority, packet type, trace, secmark: nothing that is asked about here
  const auto held = state.registers.load(source, 4);
  Flow::State& flow = state.flow.state;
  flow.mark = std::nullopt;
  if (held && all_known(*held)) {
    const std::string bytes = known_bytes(*held);
    std::uint32_t mark = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
      mark = mark << 8 | static_cast<std::uint8_t>(bytes[i]);
    flow.mark = mark;
  }
  flow.rerouted = flow.rerouted || walk.input.scene.route;
  return true;
}

} // namespace

bool follow_meta(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto key = values.number("key"), into = values.number("dreg"), source = values.number("sreg");
  if (!key || into.has_value() == source.has_value()) {
    walk.end(state.flow, Outcome::What::unclear);
    return false;
  }
  if (source)
    return follow_meta_set(walk, state, *key, *source);
  if (*key == nft::meta_iif)
    return follow_origin(walk, state, *into, 4);
  if (*key == nft::meta_iifname)
    return follow_origin(walk, state, *into, name_size);
  const auto symbols = meta_symbols(*key, state.flow, walk.input.scene);
  if (!symbols)
    walk.may_break(state);
  walk.store(state, *into, symbols.value_or(unknown_symbols(name_size)));
  return true;
}

bool follow_ct(RuleWalk& walk, RuleState& state, const Values& values) {
  const auto key = values.number("key"), into = values.number("dreg");
  if (!into)
    return true; // sets a mark, a zone, labels of the connection
  if (key == nft::ct_state) {
    walk.store(state, *into, id_symbols(tracking_state(state.flow, walk.input.scene)));
    return true;
  }
  walk.may_break(state);
  walk.store(state, *into, unknown_symbols(16));
  return true;
}

} // namespace sbx
