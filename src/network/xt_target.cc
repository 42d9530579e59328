// Targets of xtables, by the layout of their structs; each is named where it is read.
#include "network/rule_state.h"
#include "network/xt_blob.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::array passing{"LOG",         "NFLOG",       "ULOG",     "TRACE",     "AUDIT",
                             "TCPMSS",      "TCPOPTSTRIP", "TOS",      "DSCP",      "TTL",
                             "HL",          "ECN",         "CHECKSUM", "CLASSIFY",  "SECMARK",
                             "CONNSECMARK", "TEE",         "RATEEST",  "IDLETIMER", "LED"};

constexpr std::uint32_t by_address = 1, by_port = 2; // linux/netfilter/nf_nat.h, NF_NAT_RANGE_*

// DNAT and REDIRECT. Revision 0 of IPv4: struct nf_nat_ipv4_multi_range_compat: count 0, flags 4, min_ip 8,
// max_ip 12, ports 16 and 18. Else struct nf_nat_range: flags 0, min_addr 4, max_addr 20, ports 36 and 38,
// and nf_nat_range2, which is longer.
NewDestination destination_of(const XtBlob& info, bool old, bool v6, bool redirects) {
  NewDestination it;
  const std::uint32_t flags = info.u32(old ? 4 : 0);
  const std::size_t length = v6 ? 16 : 4, least = old ? 8 : 4, most = old ? 12 : 20, ports = old ? 16 : 36;
  if (redirects) {
    it.address = true;
    it.to = loopback_of(v6);
  } else if ((flags & by_address) != 0) {
    it.address = true;
    if (info.bytes(least, length) == info.bytes(most, length)) {
      const std::string_view bytes = info.bytes(least, length);
      IpAddress& to = it.to.emplace();
      to.v6 = v6;
      std::transform(bytes.begin(), bytes.end(), to.bytes.begin(),
                     [](char byte) { return static_cast<std::uint8_t>(byte); });
    }
  }
  if ((flags & by_port) != 0) {
    it.port = true;
    if (info.port(ports) == info.port(ports + 2))
      it.to_port = info.port(ports);
  }
  return it;
}

bool unclear(RuleWalk& walk, RuleState& state) {
  walk.end(state.flow, Outcome::What::unclear);
  return false;
}

// linux/netfilter/xt_mark.h, struct xt_mark_tginfo2: mark 0, mask 4.
void set_mark(RuleWalk& walk, RuleState& state, const XtBlob& info, std::uint32_t revision) {
  Flow::State& flow = state.flow.state;
  if (flow.mark && revision == 2 && info.has(8))
    flow.mark = (*flow.mark & ~info.u32(4)) ^ info.u32(0);
  else
    flow.mark = std::nullopt;
  flow.rerouted = flow.rerouted || walk.input.scene.route;
}

bool follow_nat_target(RuleWalk& walk, RuleState& state, const std::string& name, std::uint32_t revision,
                       const XtBlob& info) {
  const bool v6 = walk.v6(), old = !v6 && revision == 0;
  if (!info.has(old ? 20 : 40))
    return unclear(walk, state);
  redirect(walk, state, destination_of(info, old, v6, name == "REDIRECT"));
  return false;
}

} // namespace

bool follow_target(RuleWalk& walk, RuleState& state, const Values& values) {
  const std::string name = values.name("name"), bytes = values.bytes("info");
  const XtBlob info(bytes);
  const std::uint32_t revision = values.number("rev").value_or(0);
  if (name == "REJECT") {
    walk.end(state.flow, Outcome::What::refuse);
    return false;
  }
  if (name == "DNAT" || name == "REDIRECT")
    return follow_nat_target(walk, state, name, revision, info);
  if (name == "MASQUERADE" || name == "SNAT") {
    if (walk.input.scene.hook != Hook::postrouting)
      return unclear(walk, state);
    state.flow.state.source_nat = true;
    walk.end(state.flow, Outcome::What::accept);
    return false;
  }
  if (name == "MARK") {
    set_mark(walk, state, info, revision);
    return true;
  }
  if (name == "CONNMARK") { // it may copy the mark of the connection
    state.flow.state.mark = std::nullopt;
    state.flow.state.rerouted = state.flow.state.rerouted || walk.input.scene.route;
    return true;
  }
  // linux/netfilter/xt_CT.h, struct xt_ct_target_info: flags, of which 1 is XT_CT_NOTRACK
  if (name == "NOTRACK" || (name == "CT" && (info.u16(0) & 1) != 0)) {
    if (!walk.input.scene.tracking)
      return unclear(walk, state);
    state.flow.state.untracked = state.flow.state.untracked || !*walk.input.scene.tracking;
    return true;
  }
  if (name == "CT" || std::find(passing.begin(), passing.end(), name) != passing.end())
    return true;
  return unclear(walk, state); // NFQUEUE, TPROXY, SYNPROXY, and what is not known
}

} // namespace sbx
