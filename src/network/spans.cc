#include "network/spans.h"

#include <algorithm>

namespace sbx {

namespace {
constexpr std::size_t most_masked = 256;
}

Spans sorted_spans(Spans any) {
  std::sort(any.begin(), any.end());
  Spans found;
  for (const Span& span : any) {
    const bool joins =
        !found.empty() && (span.first <= found.back().second || span.first - 1 == found.back().second);
    if (joins)
      found.back().second = std::max(found.back().second, span.second);
    else
      found.push_back(span);
  }
  return found;
}

Spans both(const Spans& one, const Spans& other) {
  Spans found;
  auto a = one.begin();
  auto b = other.begin();
  while (a != one.end() && b != other.end()) {
    const Wide from = std::max(a->first, b->first), to = std::min(a->second, b->second);
    if (from <= to)
      found.emplace_back(from, to);
    if (a->second < b->second)
      ++a;
    else
      ++b;
  }
  return found;
}

Spans either(const Spans& one, const Spans& other) {
  Spans all(one);
  all.insert(all.end(), other.begin(), other.end());
  return sorted_spans(std::move(all));
}

Spans without(const Spans& from, const Spans& what) {
  Spans found;
  auto hole = what.begin();
  for (auto [begin, end] : from) {
    bool left = true;
    while (hole != what.end() && hole->second < begin)
      ++hole;
    for (auto at = hole; left && at != what.end() && at->first <= end; ++at) {
      if (at->first > begin)
        found.emplace_back(begin, at->first - 1);
      left = at->second < end;
      begin = left ? at->second + 1 : begin;
    }
    if (left)
      found.emplace_back(begin, end);
  }
  return found;
}

bool meet(const Spans& one, const Spans& other) {
  auto a = one.begin();
  auto b = other.begin();
  while (a != one.end() && b != other.end()) {
    if (std::max(a->first, b->first) <= std::min(a->second, b->second))
      return true;
    if (a->second < b->second)
      ++a;
    else
      ++b;
  }
  return false;
}

bool holds(const Spans& spans, Wide number) {
  const auto behind = std::upper_bound(spans.begin(), spans.end(), number,
                                       [](Wide value, const Span& span) { return value < span.first; });
  return behind != spans.begin() && number <= std::prev(behind)->second;
}

std::optional<Spans> masked_spans(Wide mask, Wide value, unsigned bits) {
  const Wide all = widest(bits);
  mask &= all;
  if ((value & ~mask) != 0)
    return Spans();
  unsigned low = 0; // free bits at the end make one range of each number before them
  while (low < bits && (mask >> low & 1) == 0)
    ++low;
  const Wide within = low >= 128 ? all : (Wide(1) << low) - 1;
  Spans found{{value, value | within}};
  for (unsigned bit = low; bit < bits; ++bit) {
    if ((mask >> bit & 1) != 0)
      continue;
    const std::size_t had = found.size();
    if (had * 2 > most_masked)
      return std::nullopt;
    for (std::size_t i = 0; i < had; ++i)
      found.emplace_back(found[i].first | Wide(1) << bit, found[i].second | Wide(1) << bit);
  }
  return sorted_spans(std::move(found));
}

} // namespace sbx
