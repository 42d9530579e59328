// What is let through, in words, and whether that is the public.
#include "network/box_words.h"
#include "network/passage.h"
#include "network/region.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::size_t most_words = 32;

// RFC 6890 and the registries of IANA that it names, with RFC 1918, 5737, 6598, 9637: what no router of the
// public takes. Of IPv6 only 2000::/3 was ever given out, and 64:ff9b::/96 leads to addresses of IPv4.
constexpr std::array special4{"0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",   "127.0.0.0/8",
                              "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",
                              "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
                              "224.0.0.0/4",    "240.0.0.0/4"};
constexpr std::array public6{"2000::/3", "64:ff9b::/96"};
constexpr std::array special6{"2001::/23", "2001:db8::/32", "3fff::/20"};

template <std::size_t N> Spans spans_of(const std::array<const char*, N>& prefixes) {
  Spans spans;
  for (const char* text : prefixes) {
    const IpPrefix prefix = *parse_ip_prefix(text);
    const Wide first = wide_of(prefix.address);
    const unsigned rest = prefix.address.bits() - prefix.length;
    spans.emplace_back(first, first | (rest == 0 ? 0 : widest(rest)));
  }
  return sorted_spans(std::move(spans));
}

Box public_box(bool v6) {
  Box box = everything(v6 ? 128 : 32);
  box.side[address_side] = shared(v6 ? without(spans_of(public6), spans_of(special6))
                                     : without(*box.side[address_side], spans_of(special4)));
  return box;
}

// Where redirected packets go: the public or not; nothing: not known.
std::optional<bool> leads_to_public(const Passage& passage, const Box& all) {
  if (passage.to)
    return holds(*all.side[address_side], wide_of(*passage.to));
  return passage.fate == Fate::redirected ? std::nullopt : std::optional(true);
}

std::string redirection(const Passage& passage) {
  std::string words = ", redirected";
  if (passage.to)
    words += " to " + ip_text(*passage.to);
  if (passage.to_port)
    words += (passage.to ? " port " : " to port ") + std::to_string(*passage.to_port);
  return words;
}

// Boxes of one kind in as few as may be, however many rules made them.
void add_joined(std::vector<Box>& boxes, Box box, Budget& budget) {
  for (bool again = true; again && !budget.spent;) {
    again = false;
    for (auto it = boxes.begin(); it != boxes.end() && !budget.spent; ++it) {
      budget.step();
      auto one = joined(*it, box, budget);
      if (!one)
        continue;
      box = std::move(*one);
      boxes.erase(it);
      again = true;
      break;
    }
  }
  boxes.push_back(std::move(box));
}

} // namespace

PublicPassage to_public(const Passages& passages, bool v6) {
  const Box all = public_box(v6);
  Budget budget;
  std::vector<Box> accepted;
  std::vector<std::string> redirected;
  bool unknown = false, all_accepted = true;
  for (const Passage& passage : passages.list) {
    const auto box = overlap(box_of(passage.region), all, budget);
    if (!box)
      continue;
    all_accepted = all_accepted && passage.fate == Fate::accepted;
    unknown = unknown || passage.fate == Fate::undecided;
    if (passage.fate == Fate::accepted)
      add_joined(accepted, *box, budget);
    if (passage.fate != Fate::redirected)
      continue;
    const auto reaches = leads_to_public(passage, all);
    unknown = unknown || !reaches;
    if (reaches.value_or(false))
      redirected.push_back(box_words(*box, all, v6) + redirection(passage));
  }
  PublicPassage found;
  if (all_accepted && !accepted.empty())
    found.let = Let::everything;
  else if (!accepted.empty() || !redirected.empty())
    found.let = Let::some;
  else
    found.let = unknown ? Let::unknown : Let::nothing;
  if (found.let != Let::some)
    return found;
  for (const Box& box : accepted)
    found.accepted.push_back(box_words(box, all, v6));
  found.accepted.insert(found.accepted.end(), redirected.begin(), redirected.end());
  found.accepted.resize(std::min(found.accepted.size(), most_words));
  return found;
}

std::vector<std::string> accepted_words(const Passages& passages, std::size_t most) {
  std::vector<std::string> words;
  std::vector<Box> accepted;
  Budget budget;
  bool v6 = false;
  const auto beside_loopback = [&](const Passage& passage) -> std::optional<Box> {
    const Box box = box_of(passage.region);
    v6 = !passage.region.destinations.empty() && passage.region.destinations.front().first.v6;
    const Wide first = wide_of(*parse_ip_address(v6 ? "::1" : "127.0.0.0"));
    Condition loopback;
    loopback.side[address_side] = shared({{first, v6 ? first : first | widest(24)}});
    const Parts parts = parted(box, loopback, budget);
    return parts.out.empty() ? std::nullopt : std::optional(parts.out.front());
  };
  for (const Passage& passage : passages.list)
    if (passage.fate == Fate::accepted)
      if (auto box = beside_loopback(passage))
        add_joined(accepted, std::move(*box), budget);
  Box all = everything(v6 ? 128 : 32);
  words.reserve(accepted.size());
  for (const Box& box : accepted)
    words.push_back(box_words(box, all, v6));
  for (const Passage& passage : passages.list)
    if (passage.fate == Fate::redirected)
      if (const auto box = beside_loopback(passage))
        words.push_back(box_words(*box, everything(v6 ? 128 : 32), v6) + redirection(passage));
  words.resize(std::min(words.size(), most));
  return words;
}

} // namespace sbx
