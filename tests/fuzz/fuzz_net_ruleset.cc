#include "network/passage.h"
#include "parse/net_ruleset.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

namespace {

template <class T> bool apart(const Ranges<T>& one, const Ranges<T>& other) {
  for (const auto& [from, to] : one)
    for (const auto& [begin, end] : other)
      if (std::max(from, begin) <= std::min(to, end))
        return false;
  return true;
}

template <class T> bool sound(const Ranges<T>& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i)
    if (ranges[i].first > ranges[i].second || (i > 0 && ranges[i - 1].second >= ranges[i].first))
      return false;
  return !ranges.empty();
}

bool holds(const Passage& passage, std::uint8_t protocol, const IpAddress& to, std::uint16_t port) {
  const auto in = [](const auto& ranges, const auto& value) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const auto& range) { return range.first <= value && value <= range.second; });
  };
  return in(passage.region.protocols, protocol) && in(passage.region.destinations, to) &&
         in(passage.region.ports, port);
}

// Every packet is in one passage and no more; the corners of all regions are asked for, some at most.
void check(const Passages& all, bool v6) {
  for (const Passage& it : all.list)
    if (!sound(it.region.protocols) || !sound(it.region.destinations) || !sound(it.region.ports) ||
        it.region.destinations[0].first.v6 != v6)
      std::abort();
  for (std::size_t i = 0; i < all.list.size() && i < 60; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Region &a = all.list[i].region, &b = all.list[j].region;
      if (!apart(a.protocols, b.protocols) && !apart(a.destinations, b.destinations) &&
          !apart(a.ports, b.ports))
        std::abort();
    }
  std::size_t asked = 0;
  for (const Passage& corner : all.list)
    for (const Passage& other : all.list) {
      if (++asked > 400)
        return;
      const auto held = std::count_if(all.list.begin(), all.list.end(), [&](const Passage& it) {
        return holds(it, corner.region.protocols.back().second, other.region.destinations.front().first,
                     corner.region.ports.front().first);
      });
      if (held != 1)
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rulesets = parse_net_ruleset(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!rulesets)
    return 0;
  if (rulesets->empty())
    std::abort();
  for (const NetRuleset& ruleset : *rulesets) {
    for (const NetFilterTable& table : ruleset.tables)
      if (table.name.empty() || ruleset.error < 0)
        std::abort();
    for (const bool v6 : {false, true}) {
      Sender sender;
      sender.v6 = v6;
      sender.uid = 1000;
      sender.link = "eth0";
      sender.link_index = 2;
      const Passages all = passages(ruleset, sender);
      check(all, v6);
      if (to_public(all, v6).accepted.size() > 32 || accepted_words(all, 5).size() > 5)
        std::abort();
    }
  }
  return 0;
}
