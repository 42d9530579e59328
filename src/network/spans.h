// Which numbers are in a set of ranges? Protocols, ports and addresses are all numbers here.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sbx {

__extension__ typedef unsigned __int128 Wide; // wide enough for an address of IPv6

using Span = std::pair<Wide, Wide>; // from, to
using Spans = std::vector<Span>;    // sorted, apart from each other, and no two that touch

inline Wide widest(unsigned bits) { return bits >= 128 ? ~Wide(0) : (Wide(1) << bits) - 1; }

Spans sorted_spans(Spans any); // from ranges in any order that may overlap
Spans both(const Spans& one, const Spans& other);
Spans either(const Spans& one, const Spans& other);
Spans without(const Spans& from, const Spans& what);
bool meet(const Spans& one, const Spans& other);
bool holds(const Spans& spans, Wide number);

// The numbers of so many bits that are `value` where `mask` has ones; nothing where those are more ranges
// than anybody writes down.
std::optional<Spans> masked_spans(Wide mask, Wide value, unsigned bits);

} // namespace sbx
