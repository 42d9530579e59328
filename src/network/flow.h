// Where are packets on their way through the hooks? Those of one box, with all that the rules have changed
// about them so far.
#pragma once

#include "network/box.h"
#include "network/passage.h"
#include "network/symbol.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx {

enum class Hook { output, postrouting, egress };

struct Flow {
  Box box;
  // A rule that may or may not have matched is behind it: the same packets may be in other flows too.
  bool forked = false;
  std::uint32_t fork_by = 0; // of which rule that was; into the texts of the walk

  // What later rules may ask about, and what becomes of the packets.
  struct State {
    bool loopback = false;                // its destination, as it was sent, is loopback
    std::optional<std::uint32_t> mark{0}; // nothing: not known
    bool untracked = false;               // notrack
    bool rerouted = false;                // the interface was chosen anew, by something that is not known
    bool output_nat = false, source_nat = false; // these were decided
    bool address_changed = false, port_changed = false;
    std::optional<IpAddress> address; // the new one, where it is known
    std::optional<std::uint16_t> port;
    std::uint32_t by = 0; // the rule that accepted it last; into the texts of the walk
    bool operator==(const State&) const = default;
  } state;
};

// What rules are judged with, beside the flow.
struct Scene {
  const Sender& sender;
  Hook hook = Hook::output;
  std::string_view family;      // of the table
  bool nat = false;             // a chain that may change destinations here
  bool route = false;           // a chain after which routes are looked up again
  std::optional<bool> tracking; // connections are known to conntrack by now; nothing: not known
};

// Protocols whose headers begin with a source and a destination port: TCP, UDP, DCCP, SCTP, UDP-Lite.
const SharedSpans& port_protocols();
bool only_ports(const Flow& flow); // all its protocols are such
bool only_protocol(const Flow& flow, std::uint8_t protocol);

Symbols protocol_symbol();
Symbols address_symbols(const Flow& flow, bool v6);
Symbols port_symbols(const Flow& flow); // unknown where not all its protocols have ports

struct Link {
  std::string name;
  std::uint32_t index = 0; // 0: not known
};
std::optional<Link> link_of(const Flow& flow, const Scene& scene); // nothing: not known

// The bit of NFT_CT_STATE that a new connection has.
std::optional<std::uint32_t> tracking_state(const Flow& flow, const Scene& scene);

} // namespace sbx
