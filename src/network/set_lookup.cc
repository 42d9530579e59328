#include "network/set_lookup.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace sbx {

namespace {

constexpr std::uint32_t interval = 0x4, map = 0x8, changing = 0x20, concatenated = 0x80; // enum nft_set_flags
constexpr std::uint32_t interval_end = 0x1, catchall = 0x2; // enum nft_set_elem_flags
constexpr std::size_t widest_key = 16;

using Result = std::tuple<std::string_view, std::string_view, std::string_view>; // of a map

// Elements with the same result whose keys are all of one side are one condition.
class Gathering {
public:
  Gathering(bool is_map, Budget& budget) : is_map_(is_map), budget_(budget) {}

  void add(const Condition& condition, const NetFilterElement& element) {
    budget_.item(1);
    if (condition.never)
      return;
    std::size_t side = sides, used = 0;
    for (std::size_t i = 0; i < sides; ++i)
      if (condition.side[i])
        side = i, ++used;
    if (condition.maybe || used != 1) {
      found_.hits.push_back({condition, &element});
      return;
    }
    const Result result = is_map_ ? Result(element.verdict, element.chain, element.data) : Result();
    auto& [spans, first] = gathered_[{side, result}];
    spans.insert(spans.end(), condition.side[side]->begin(), condition.side[side]->end());
    first = first ? first : &element;
  }

  SetHits done(const NetFilterElement* rest) {
    for (auto& [key, held] : gathered_) {
      SetHit hit{{}, held.second};
      hit.condition.side[key.first] = shared(sorted_spans(std::move(held.first)));
      found_.hits.push_back(std::move(hit));
    }
    found_.rest = rest;
    return std::move(found_);
  }

private:
  bool is_map_;
  Budget& budget_;
  std::map<std::pair<std::size_t, Result>, std::pair<Spans, const NetFilterElement*>> gathered_;
  SetHits found_;
};

std::string biggest(std::size_t length) { return std::string(length, '\xff'); }

// The one before, as a number of so many bytes; false for zero.
bool count_down(std::string& bytes) {
  for (std::size_t i = bytes.size(); i-- > 0;) {
    const bool borrow = bytes[i] == '\0';
    bytes[i] = static_cast<char>(bytes[i] - 1);
    if (!borrow)
      return true;
  }
  return false;
}

// Without a concatenation: an element begins an interval that ends before the next element, or before the one
// that is marked as an end (net/netfilter/nft_set_rbtree.c).
bool add_intervals(const NetFilterSet& set, std::span<const Symbol> key, bool v6, Gathering& gathering) {
  std::vector<const NetFilterElement*> sorted;
  for (const NetFilterElement& it : set.elements)
    if ((it.flags & catchall) == 0)
      sorted.push_back(&it);
  std::sort(sorted.begin(), sorted.end(), [](const NetFilterElement* a, const NetFilterElement* b) {
    return std::tuple(std::string_view(a->key), (a->flags & interval_end) == 0) <
           std::tuple(std::string_view(b->key), (b->flags & interval_end) == 0);
  });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const NetFilterElement& it = *sorted[i];
    if (it.key.size() != key.size() || (!it.end.empty() && it.end.size() != key.size()))
      return false;
    if ((it.flags & interval_end) != 0)
      continue;
    std::string end = !it.end.empty()         ? it.end
                      : i + 1 < sorted.size() ? sorted[i + 1]->key
                                              : biggest(key.size());
    if (it.end.empty() && i + 1 < sorted.size() && !count_down(end))
      return false;
    gathering.add(between(key, it.key, end, v6), it);
  }
  return true;
}

// Each part by itself; the parts begin at multiples of four bytes.
bool add_concatenations(const NetFilterSet& set, std::span<const Symbol> key, bool v6, Gathering& gathering) {
  std::size_t length = 0;
  for (const unsigned field : set.fields) {
    if (field == 0 || field > Registers::size)
      return false;
    length += (field + 3) / 4 * 4;
  }
  if (length != key.size() || set.fields.empty())
    return false;
  for (const NetFilterElement& it : set.elements) {
    if ((it.flags & catchall) != 0)
      continue;
    const std::string& end = it.end.empty() ? it.key : it.end;
    if (it.key.size() != key.size() || end.size() != key.size())
      return false;
    Condition condition;
    std::size_t begin = 0;
    for (const unsigned field : set.fields) {
      const auto of = [&](const std::string& bytes) { return std::string_view(bytes).substr(begin, field); };
      const auto part = key.subspan(begin, field);
      condition = together(condition, of(it.key) == of(end) ? equal_to(part, of(it.key), v6)
                                                            : between(part, of(it.key), of(end), v6));
      begin += (field + 3) / 4 * 4;
    }
    gathering.add(condition, it);
  }
  return true;
}

bool add_keys(const NetFilterSet& set, std::span<const Symbol> key, bool v6, Gathering& gathering) {
  for (const NetFilterElement& it : set.elements) {
    if ((it.flags & catchall) != 0)
      continue;
    if (it.key.size() != key.size() || !it.end.empty())
      return false;
    gathering.add(equal_to(key, it.key, v6), it);
  }
  return true;
}

// A counter beside an element changes nothing; a limit may make it match at times only.
bool only_counts(const NetFilterElement& element) {
  return element.expressions.empty() || element.expressions == "counter" || element.expressions == "last" ||
         element.expressions == "counter,last" || element.expressions == "last,counter";
}

} // namespace

SetHits set_hits(const NetFilterSet& set, std::span<const Symbol> key, bool v6, Budget& budget) {
  budget.item(set.elements.size());
  SetHits unclear;
  unclear.unclear = true;
  if (budget.spent || (set.flags & changing) != 0 ||
      !std::all_of(set.elements.begin(), set.elements.end(), only_counts))
    return unclear;
  Gathering gathering((set.flags & map) != 0, budget);
  const NetFilterElement* rest = nullptr;
  for (const NetFilterElement& it : set.elements)
    if ((it.flags & catchall) != 0)
      rest = &it;
  const bool ranges = (set.flags & interval) != 0;
  const bool parts = (set.flags & concatenated) != 0 && ranges;
  if (ranges && !parts && key.size() > widest_key && !all_known(key))
    return unclear;
  const bool good = parts    ? add_concatenations(set, key, v6, gathering)
                    : ranges ? add_intervals(set, key, v6, gathering)
                             : add_keys(set, key, v6, gathering);
  return good ? gathering.done(rest) : unclear;
}

} // namespace sbx
