#include "network/box.h"

namespace sbx {

namespace {

void charge(const Spans& one, const Spans& other, Budget& budget) {
  budget.item(1 + (one.size() + other.size()) / 4);
}

bool same(const SharedSpans& one, const SharedSpans& other, Budget& budget) {
  if (one == other)
    return true;
  if (one->size() != other->size())
    return false;
  charge(*one, *other, budget);
  return *one == *other;
}

} // namespace

SharedSpans shared(Spans spans) { return std::make_shared<const Spans>(std::move(spans)); }

Box everything(unsigned address_bits) {
  return {{shared({{0, widest(8)}}), shared({{0, widest(address_bits)}}), shared({{0, widest(16)}})}};
}

Parts parted(const Box& box, const Condition& condition, Budget& budget) {
  if (condition.never)
    return {std::nullopt, {box}};
  Parts parts{box, {}};
  for (std::size_t i = 0; i < sides; ++i) {
    if (!condition.side[i])
      continue;
    const Spans& held = *parts.in->side[i];
    charge(held, *condition.side[i], budget);
    Spans inside = both(held, *condition.side[i]);
    if (inside.empty())
      return {std::nullopt, {box}};
    if (inside == held)
      continue;
    Box outside = *parts.in;
    outside.side[i] = shared(without(held, *condition.side[i]));
    charge(*outside.side[i], inside, budget);
    parts.in->side[i] = shared(std::move(inside));
    parts.out.push_back(std::move(outside));
  }
  return parts;
}

std::optional<Box> overlap(const Box& one, const Box& other, Budget& budget) {
  return parted(one, {other.side}, budget).in;
}

std::vector<Box> without(const Box& from, const Box& what, Budget& budget) {
  return parted(from, {what.side}, budget).out;
}

bool meet(const Box& one, const Box& other, Budget& budget) {
  for (std::size_t i = 0; i < sides; ++i) {
    if (one.side[i] == other.side[i])
      continue;
    charge(*one.side[i], *other.side[i], budget);
    if (!meet(*one.side[i], *other.side[i]))
      return false;
  }
  return true;
}

std::optional<Box> joined(const Box& one, const Box& other, Budget& budget) {
  std::optional<std::size_t> differs;
  for (std::size_t i = 0; i < sides; ++i) {
    if (same(one.side[i], other.side[i], budget))
      continue;
    if (differs)
      return std::nullopt;
    differs = i;
  }
  Box box = one;
  if (differs) {
    charge(*one.side[*differs], *other.side[*differs], budget);
    box.side[*differs] = shared(either(*one.side[*differs], *other.side[*differs]));
  }
  return box;
}

} // namespace sbx
