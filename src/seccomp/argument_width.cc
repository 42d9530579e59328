#include "seccomp/argument_width.h"

#include "rules/syscall_argument.h"
#include "seccomp/branches.h"

namespace sbx {

namespace {

constexpr std::size_t most_branches = 256;
constexpr std::uint32_t whole = ~std::uint32_t{0};

SeccompTest equals(DataWord word, std::uint32_t value) {
  return {word, SeccompTest::Op::equal, whole, value};
}

// Refused with upper half 0; is it let through with another one? All ones is how a negative int comes as 64
// bits: a filter that knows a negative number in that form alone has no gap.
std::optional<WidthGap> gap_behind(const Decisions& decisions, DecisionId root, const SeccompBranch& refusal,
                                   unsigned argument, SeccompBudget& budget) {
  const DataWord low = low_half(argument), high = high_half(argument);
  const WordSet lower = refusal.words.of(low);
  const WordSet other = WordSet().narrowed(equals(high, 0), false).narrowed(equals(high, whole), false);
  constexpr std::uint32_t highest_positive = 0x7fffffff;
  const WordSet positive = lower.narrowed({low, SeccompTest::Op::greater, whole, highest_positive}, false);
  const std::pair<WordSet, WordSet> tries[] = {{other, lower}, {WordSet::only(whole), positive}};
  for (const auto& [upper, values] : tries) {
    if (values.empty())
      continue;
    SeccompWords words = refusal.words;
    words.set(low, values);
    words.set(high, upper);
    const auto found = way_through(decisions, root, words, budget);
    if (!found)
      continue;
    const auto low_value = found->of(low).example(), high_value = found->of(high).example();
    if (low_value && high_value)
      return WidthGap{argument, *low_value, std::uint64_t{*high_value} << 32 | *low_value, refusal.action};
  }
  return std::nullopt;
}

} // namespace

std::optional<WidthGap> width_gap(const Decisions& decisions, DecisionId id, SyscallAbi abi,
                                  std::string_view syscall, SeccompBudget& budget) {
  if (decisions.at(id).leaf)
    return std::nullopt;
  const SeccompBranches branches = branches_of(decisions, id, most_branches);
  for (unsigned argument = 0; argument < most_arguments; ++argument) {
    if (syscall_argument(abi, syscall, argument).bits > 32)
      continue;
    for (const SeccompBranch& branch : branches.list) {
      if (branch.computed || !refuses(branch.action) || !branch.words.of(high_half(argument)).contains(0))
        continue;
      if (auto found = gap_behind(decisions, id, branch, argument, budget))
        return found;
    }
  }
  return std::nullopt;
}

} // namespace sbx
