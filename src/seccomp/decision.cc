#include "seccomp/decision.h"

namespace sbx {

namespace {

constexpr std::uint32_t whole = ~std::uint32_t{0};

std::uint32_t low_of(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_of(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

DecisionId word_equal(Decisions& decisions, DataWord word, std::uint32_t mask, std::uint32_t value,
                      DecisionId yes, DecisionId no) {
  if ((value & ~mask) != 0)
    return no;
  return mask == 0 ? yes : decisions.when({word, SeccompTest::Op::equal, mask, value}, yes, no);
}

} // namespace

std::size_t Decisions::Hash::operator()(const Decision& decision) const {
  std::size_t hash = decision.leaf;
  const auto mix = [&](std::size_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15 ^ hash >> 29; };
  mix(static_cast<std::size_t>(decision.action.kind) << 16 | decision.action.data);
  mix(static_cast<std::size_t>(decision.test.word) << 8 | static_cast<std::size_t>(decision.test.op));
  mix(std::size_t{decision.test.mask} << 32 | decision.test.value);
  mix(std::size_t{decision.yes} << 32 | decision.no);
  return hash;
}

DecisionId Decisions::file(const Decision& decision) {
  const auto [it, added] = known_.try_emplace(decision, static_cast<DecisionId>(nodes_.size()));
  if (added)
    nodes_.push_back(decision);
  return it->second;
}

DecisionId Decisions::always(SeccompAction action) { return file({true, action, {}, 0, 0}); }

DecisionId Decisions::when(const SeccompTest& test, DecisionId yes, DecisionId no) {
  return yes == no ? yes : file({false, {}, test, yes, no});
}

DecisionId when_equal(Decisions& decisions, unsigned argument, std::uint64_t mask, std::uint64_t value,
                      DecisionId yes, DecisionId no) {
  const DecisionId low = word_equal(decisions, low_half(argument), low_of(mask), low_of(value), yes, no);
  return word_equal(decisions, high_half(argument), high_of(mask), high_of(value), low, no);
}

DecisionId when_greater(Decisions& decisions, unsigned argument, std::uint64_t value, DecisionId yes,
                        DecisionId no) {
  const DecisionId low =
      decisions.when({low_half(argument), SeccompTest::Op::greater, whole, low_of(value)}, yes, no);
  const DecisionId same =
      decisions.when({high_half(argument), SeccompTest::Op::equal, whole, high_of(value)}, low, no);
  return decisions.when({high_half(argument), SeccompTest::Op::greater, whole, high_of(value)}, yes, same);
}

DecisionId when_at_least(Decisions& decisions, unsigned argument, std::uint64_t value, DecisionId yes,
                         DecisionId no) {
  return value == 0 ? yes : when_greater(decisions, argument, value - 1, yes, no);
}

} // namespace sbx
