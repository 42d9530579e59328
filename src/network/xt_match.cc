// Matches of xtables, by the layout of their structs; each is named where it is read. What is not known here
// may hold or not.
#include "network/rule_state.h"
#include "network/xt_blob.h"

#include <algorithm>

namespace sbx {

namespace {

const Condition maybe{{}, false, true};
const Condition never{{}, true, false};

Condition certain(bool holds) { return holds ? Condition() : never; }

struct Test {
  Condition condition;
  bool negated = false;
};
using Tests = std::vector<Test>; // all of them have to hold

std::string two_bytes(std::uint16_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

Condition ports_between(const Flow& flow, std::uint16_t from, std::uint16_t to, bool v6) {
  return between(port_symbols(flow), two_bytes(from), two_bytes(to), v6);
}

// A source port or address: the kernel chooses it, or the sender.
Tests source_between(Wide from, Wide to, Wide most, bool negated) {
  if (from == 0 && to == most)
    return {{Condition(), negated}};
  return {{maybe, negated}};
}

// linux/netfilter/xt_tcpudp.h, struct xt_tcp: spts[2] at 0, dpts[2] at 4, option 8, flg_mask 9, flg_cmp 10,
// invflags 11; struct xt_udp: spts[2], dpts[2], invflags 8.
Tests ports(const XtBlob& info, const Flow& flow, bool v6, bool is_tcp) {
  const std::uint8_t inverted = info.u8(is_tcp ? 11 : 8);
  Tests tests = source_between(info.u16(0), info.u16(2), widest(port_bits), (inverted & 1) != 0);
  if (info.u16(4) == 0 && info.u16(6) == widest(port_bits))
    tests.push_back({Condition(), (inverted & 2) != 0});
  else
    tests.push_back({ports_between(flow, info.u16(4), info.u16(6), v6), (inverted & 2) != 0});
  if (!is_tcp)
    return tests;
  if (info.u8(8) != 0) // an option
    tests.push_back({maybe, false});
  if (const std::uint8_t mask = info.u8(9); mask != 0) { // the flags of a first packet: SYN, perhaps of ECN
    const bool ecn = (mask & 0xc0) != 0;
    tests.push_back({ecn ? maybe : certain((0x02 & mask) == info.u8(10)), (inverted & 4) != 0});
  }
  return tests;
}

// linux/netfilter/xt_owner.h, struct xt_owner_match_info: uid_min 0, uid_max 4, gid_min 8, gid_max 12, match
// 16, invert 17; bits: 1 user, 2 group, 4 there is a socket, 8 supplementary groups too.
Tests owner(const XtBlob& info, const Scene& scene) {
  const std::uint8_t match = info.u8(16), inverted = info.u8(17);
  const auto within = [&](const std::optional<std::uint32_t>& id, std::size_t at) {
    return id ? certain(*id >= info.u32(at) && *id <= info.u32(at + 4)) : maybe;
  };
  Tests tests;
  if ((match & 4) != 0)
    tests.push_back({Condition(), (inverted & 4) != 0});
  if ((match & 1) != 0)
    tests.push_back({within(scene.sender.uid, 0), (inverted & 1) != 0});
  if ((match & 2) != 0)
    tests.push_back({(match & 8) != 0 ? maybe : within(scene.sender.gid, 8), (inverted & 2) != 0});
  return tests;
}

// linux/netfilter/xt_conntrack.h, struct xt_conntrack_mtinfo1 to 3: match_flags at 146, invert_flags 148,
// state_mask 150 (one byte in the first, two later); match bit 1 is the state. Bits of a state as those of
// nf_tables, but 64 and 128 for translated addresses, and 256 untracked.
Tests conntrack(const XtBlob& info, std::uint32_t revision, const Flow& flow, const Scene& scene) {
  constexpr std::uint32_t state_bit = 1, source_translated = 64, translated = 128, untracked = 256;
  const std::uint16_t match = info.u16(146);
  const bool inverted = (info.u16(148) & state_bit) != 0;
  const std::uint32_t mask = revision == 1 ? info.u8(150) : info.u16(150);
  Tests tests;
  if ((match & state_bit) != 0) {
    const auto state = tracking_state(flow, scene);
    std::uint32_t bits = state.value_or(0);
    if (bits == 64)
      bits = untracked;
    if (flow.state.address_changed || flow.state.port_changed)
      bits |= translated;
    const bool open = !state || (flow.state.source_nat && (mask & source_translated) != 0);
    tests.push_back({open && (bits & mask) == 0 ? maybe : certain((bits & mask) != 0), inverted});
  }
  if ((match & ~state_bit) != 0)
    tests.push_back({maybe, false});
  return tests;
}

// linux/netfilter/xt_state.h, struct xt_state_info: statemask; 64 is untracked.
Tests state(const XtBlob& info, const Flow& flow, const Scene& scene) {
  const auto bits = tracking_state(flow, scene);
  return {{bits ? certain((*bits & info.u32(0)) != 0) : maybe, false}};
}

// linux/netfilter/xt_multiport.h, struct xt_multiport_v1: flags 0 (0 source, 1 destination, 2 either), count
// 1, ports[15] at 2, pflags[15] at 32 (this one and the next are a range), invert 47.
Tests multiport(const XtBlob& info, const Flow& flow) {
  const bool inverted = info.u8(47) != 0;
  if (info.u8(0) != 1 || info.u8(1) > 15)
    return {{maybe, inverted}};
  const Symbols symbols = port_symbols(flow);
  Spans spans;
  for (std::size_t i = 0; i < info.u8(1); ++i) {
    const bool range = info.u8(32 + i) != 0 && i + 1 < info.u8(1);
    spans.emplace_back(info.u16(2 + 2 * i), info.u16(2 + 2 * (i + (range ? 1 : 0))));
    i += range ? 1 : 0;
  }
  std::erase_if(spans, [](const Span& span) { return span.first > span.second; });
  spans = sorted_spans(std::move(spans));
  if (all_known(symbols))
    return {{certain(holds(spans, wide_of(known_bytes(symbols)))), inverted}};
  if (symbols[0] != Symbol::field(Symbol::Origin::port, 0))
    return {{maybe, inverted}};
  Condition condition;
  condition.side[port_side] = shared(std::move(spans));
  condition.never = condition.side[port_side]->empty();
  return {{condition, inverted}};
}

// linux/netfilter/xt_mark.h, struct xt_mark_mtinfo1: mark 0, mask 4, invert 8.
Tests mark(const XtBlob& info, const Flow& flow) {
  const auto held = flow.state.mark;
  return {{held ? certain((*held & info.u32(4)) == info.u32(0)) : maybe, info.u8(8) != 0}};
}

// linux/netfilter/xt_addrtype.h, struct xt_addrtype_info_v1: source 0, dest 2, flags 4 (2: dest is inverted);
// types: 1 << RTN_*. Which addresses are local only routes tell, beside loopback.
Tests addrtype(const XtBlob& info, const Flow& flow) {
  constexpr std::uint16_t local = 1 << 2;
  Tests tests;
  if (info.u16(0) != 0)
    tests.push_back({maybe, false});
  if (const std::uint16_t to = info.u16(2); to != 0) {
    const bool known = flow.state.loopback && !flow.state.address_changed;
    tests.push_back({known ? certain((to & local) != 0) : maybe, (info.u32(4) & 2) != 0});
  }
  return tests;
}

// linux/netfilter/xt_iprange.h, struct xt_iprange_mtinfo: src_min 0, src_max 16, dst_min 32, dst_max 48,
// flags 64: 1 source, 2 destination, 16 and 32 inverted.
Tests iprange(const XtBlob& info, const Flow& flow, bool v6) {
  const std::uint8_t flags = info.u8(64);
  const std::size_t length = v6 ? 16 : 4;
  Tests tests;
  if ((flags & 1) != 0)
    tests.push_back({maybe, (flags & 16) != 0});
  if ((flags & 2) != 0)
    tests.push_back({between(address_symbols(flow, v6), info.bytes(32, length), info.bytes(48, length), v6),
                     (flags & 32) != 0});
  return tests;
}

Tests tests_of(const std::string& name, std::uint32_t revision, const XtBlob& info, const RuleState& state_,
               const Scene& scene) {
  const Flow& flow = state_.flow;
  const bool v6 = scene.sender.v6;
  if (name == "comment")
    return {};
  if (name == "tcp" && revision == 0 && info.has(12) && only_protocol(flow, 6))
    return ports(info, flow, v6, true);
  if (name == "udp" && revision == 0 && info.has(9) && only_ports(flow))
    return ports(info, flow, v6, false);
  if (name == "owner" && revision == 1 && info.has(18))
    return owner(info, scene);
  if (name == "conntrack" && revision >= 1 && revision <= 3 && info.has(152))
    return conntrack(info, revision, flow, scene);
  if (name == "state" && revision == 0 && info.has(4))
    return state(info, flow, scene);
  if (name == "multiport" && revision == 1 && info.has(48))
    return multiport(info, flow);
  if (name == "mark" && revision == 1 && info.has(9))
    return mark(info, flow);
  if (name == "addrtype" && revision == 1 && info.has(8))
    return addrtype(info, flow);
  if (name == "iprange" && revision == 1 && info.has(65))
    return iprange(info, flow, v6);
  return {{maybe, false}};
}

} // namespace

bool follow_match(RuleWalk& walk, RuleState& state, const Values& values) {
  const std::string info = values.bytes("info");
  const Tests tests =
      tests_of(values.name("name"), values.number("rev").value_or(0), XtBlob(info), state, walk.input.scene);
  // Each is one condition of the same expression: what a test holds in parts has to pass the others too.
  Condition all;
  std::vector<Condition> negated;
  for (const Test& test : tests)
    if (test.negated)
      negated.push_back(test.condition);
    else
      all = together(all, test.condition);
  std::vector<Box> boxes;
  const bool open =
      all.maybe || std::any_of(negated.begin(), negated.end(), [](const auto& it) { return it.maybe; });
  const auto leave = [&](const Box& box, bool forked) {
    Flow flow = state.flow;
    flow.box = box;
    if (forked)
      walk.fork(flow);
    walk.end(std::move(flow), Outcome::What::next);
  };
  Parts parts = parted(state.flow.box, all, walk.budget);
  for (const Box& box : parts.out)
    leave(box, false);
  if (parts.in)
    boxes.push_back(*parts.in);
  for (const Condition& condition : negated) {
    if (condition.maybe)
      continue;
    std::vector<Box> left;
    for (const Box& box : boxes) {
      Parts within = parted(box, condition, walk.budget);
      if (within.in)
        leave(*within.in, false);
      left.insert(left.end(), within.out.begin(), within.out.end());
    }
    boxes = std::move(left);
  }
  for (const Box& box : boxes) {
    if (open)
      leave(box, true);
    RuleState on = state;
    on.flow.box = box;
    if (open)
      walk.fork(on.flow);
    ++on.at;
    walk.states.push_back(std::move(on));
  }
  return false;
}

} // namespace sbx
