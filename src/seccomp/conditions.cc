#include "seccomp/conditions.h"

#include "rules/syscall_argument.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t most_branches = 128; // of one system call; more is no condition that anybody reads
constexpr std::uint32_t whole = ~std::uint32_t{0};

// A branch, or several that are equal but for the one value of one word.
struct Case {
  SeccompWords words;
  bool computed = false;
  std::optional<DataWord> varying;
  std::vector<std::uint32_t> values; // of it
};

// The words of a branch in terms of the arguments of this system call.
class Speaker {
public:
  Speaker(SyscallAbi abi, std::string_view syscall, const Case& it)
      : abi_(abi), syscall_(syscall), case_(it) {
    for (unsigned argument = 0; argument < most_arguments; ++argument)
      if (it.varying != low_half(argument))
        known_.at(argument) = it.words.of(low_half(argument)).single();
  }

  std::string sentence() const {
    std::vector<std::string> out;
    for (const auto& [word, values] : case_.words.list()) {
      if (values.everything() || (is_argument(word) && is_high_half(word) && told_with_lower(word)))
        continue;
      const std::string name = spelled(word);
      if (word == case_.varying)
        out.push_back(fmt::format("{} in {{{}}}", name, all_of(word, case_.values)));
      else
        add(out, word, name, values);
    }
    if (case_.computed)
      out.emplace_back("a computation that was not followed");
    return fmt::format("{}", fmt::join(out, " && "));
  }

private:
  unsigned bits_of(DataWord word) const { return syscall_argument(abi_, syscall_, argument_of(word)).bits; }

  // The kernel reads 64 bits, the upper half is 0, and what is said of the lower one says so when it is read
  // over all 64: "len == 4096" does, "flags != 0" would be true of every number above.
  bool told_with_lower(DataWord word) const {
    const unsigned argument = argument_of(word);
    return bits_of(word) > 32 && case_.words.of(high_half(argument)).single() == 0 &&
           (case_.varying == low_half(argument) || is_bounded(case_.words.of(low_half(argument))));
  }

  static bool inverts(std::uint32_t mask) { return std::popcount(mask) > 16; }

  // Is there a term that no number above 32 bits fulfils? See add().
  static bool is_bounded(const WordSet& set) {
    const std::uint32_t ones = set.ones(), zeros = set.zeros();
    const bool any_bit = std::has_single_bit(ones) && zeros == 0;
    return set.single() || set.highest() != whole || (!any_bit && inverts(ones | zeros)) ||
           std::any_of(set.ranges().begin(), set.ranges().end(),
                       [](const auto& range) { return inverts(range.mask); });
  }

  std::string spelled(DataWord word) const {
    if (!is_argument(word))
      return word == DataWord::number   ? "number"
             : word == DataWord::arch   ? "arch"
             : word == DataWord::ip_low ? "low(instruction_pointer)"
                                        : "high(instruction_pointer)";
    const std::string name(syscall_argument(abi_, syscall_, argument_of(word)).name);
    if (is_high_half(word))
      return fmt::format("high({})", name);
    return bits_of(word) <= 32 || told_with_lower(word) ? name : fmt::format("low({})", name);
  }

  std::string value_of(DataWord word, std::uint32_t value) const {
    if (is_argument(word) && !is_high_half(word))
      return argument_value(abi_, syscall_, argument_of(word), value, known_);
    return value < 0x10000 ? fmt::format("{}", value) : fmt::format("{:#x}", value);
  }

  std::string all_of(DataWord word, const std::vector<std::uint32_t>& values) const {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const std::uint32_t value : values)
      texts.push_back(value_of(word, value));
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  // "name & FLAG", "name & (A|B)"; of a mask that leaves few bits out, what it leaves out: "name & ~(A|B)".
  // Where 0 has a name too (FUTEX_WAIT, of futex's op), that is no part of a mask.
  std::string masked(DataWord word, const std::string& name, std::uint32_t mask) const {
    const bool inverted = inverts(mask);
    const std::uint32_t bits = inverted ? ~mask : mask;
    std::string text = value_of(word, bits);
    if (const std::string none = value_of(word, 0) + "|"; bits != 0 && text.starts_with(none))
      text.erase(0, none.size());
    const std::string flags = text.find('|') == std::string::npos ? text : "(" + text + ")";
    return fmt::format("{} & {}{}", name, inverted ? "~" : "", flags);
  }

  void add(std::vector<std::string>& out, DataWord word, const std::string& name, const WordSet& set) const {
    const auto value = [&](std::uint32_t number) { return value_of(word, number); };
    if (const auto single = set.single()) {
      out.push_back(fmt::format("{} == {}", name, value(*single)));
      return;
    }
    const std::uint32_t ones = set.ones(), zeros = set.zeros();
    if (std::has_single_bit(ones) && zeros == 0)
      out.push_back(masked(word, name, ones));
    else if (zeros != 0 && ones == 0)
      out.push_back(fmt::format("!({})", masked(word, name, zeros)));
    else if ((ones | zeros) != 0)
      out.push_back(fmt::format("({}) == {}", masked(word, name, ones | zeros), value(ones)));
    if (set.lowest() != 0)
      out.push_back(fmt::format("{} >= {}", name, value(set.lowest())));
    if (set.highest() != whole)
      out.push_back(fmt::format("{} <= {}", name, value(set.highest())));
    std::vector<std::uint32_t> not_in;
    for (const auto& [mask, excluded] : set.excluded())
      if (mask == whole)
        not_in.push_back(excluded);
      else if (excluded == 0)
        out.push_back(masked(word, name, mask));
      else
        out.push_back(fmt::format("({}) != {}", masked(word, name, mask), value(excluded)));
    std::sort(not_in.begin(), not_in.end());
    if (not_in.size() == 1)
      out.push_back(fmt::format("{} != {}", name, value(not_in.front())));
    else if (!not_in.empty())
      out.push_back(fmt::format("{} not in {{{}}}", name, all_of(word, not_in)));
    for (const auto& range : set.ranges())
      out.push_back(fmt::format("({}) in {}..{}", masked(word, name, range.mask), value(range.lowest),
                                value(range.highest)));
  }

  SyscallAbi abi_;
  std::string_view syscall_;
  const Case& case_;
  KnownArguments known_;
};

// The one word in which they differ, where each has a single value for it.
std::optional<DataWord> differing_word(const Case& one, const SeccompBranch& other) {
  const auto& mine = one.words.list();
  const auto& its = other.words.list();
  if (mine.size() != its.size() || one.computed != other.computed)
    return std::nullopt;
  std::optional<DataWord> found;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (mine[i] == its[i])
      continue;
    if (found || mine[i].first != its[i].first || !mine[i].second.single() || !its[i].second.single())
      return std::nullopt;
    found = mine[i].first;
  }
  return found;
}

// Is every value in one of them, and none in both? Of one value, and all the others.
bool complementary(const WordSet& one, const WordSet& other) {
  const auto all_but = [](const WordSet& it) {
    return it.single() ? std::optional(WordSet().narrowed(
                             {DataWord::number, SeccompTest::Op::equal, whole, *it.single()}, false))
                       : std::nullopt;
  };
  return all_but(one) == other || all_but(other) == one;
}

// Branches that together ask nothing of a word, for one holds for a value and the other for all others.
std::vector<SeccompBranch> joined(std::vector<SeccompBranch> branches) {
  for (std::size_t i = 0; i < branches.size(); ++i)
    for (std::size_t j = i + 1; j < branches.size(); ++j) {
      const auto& mine = branches[i].words.list();
      const auto& its = branches[j].words.list();
      if (mine.size() != its.size() || branches[i].computed != branches[j].computed)
        continue;
      const auto [one, other] = std::mismatch(mine.begin(), mine.end(), its.begin());
      if (one == mine.end() || one->first != other->first || !complementary(one->second, other->second) ||
          !std::equal(one + 1, mine.end(), other + 1))
        continue;
      branches[i].words.set(one->first, WordSet());
      branches.erase(branches.begin() + static_cast<std::ptrdiff_t>(j));
      j = i; // what it is now may join with those before
    }
  return branches;
}

std::vector<Case> cases_of(const std::vector<SeccompBranch>& all) {
  const std::vector<SeccompBranch> branches = joined(all);
  std::vector<Case> cases;
  for (const SeccompBranch& branch : branches) {
    const auto same = std::find_if(cases.begin(), cases.end(), [&](const Case& it) {
      const auto word = differing_word(it, branch);
      return word && (!it.varying || it.varying == word);
    });
    if (same == cases.end()) {
      cases.push_back({branch.words, branch.computed, {}, {}});
      continue;
    }
    if (!same->varying) {
      same->varying = differing_word(*same, branch);
      same->values.push_back(*same->words.of(*same->varying).single());
    }
    same->values.push_back(*branch.words.of(*same->varying).single());
  }
  for (Case& it : cases)
    std::sort(it.values.begin(), it.values.end());
  return cases;
}

} // namespace

SeccompConditions conditions_of(const Decisions& decisions, DecisionId id, SyscallAbi abi,
                                std::string_view syscall) {
  SeccompBranches branches = branches_of(decisions, id, most_branches);
  std::vector<std::pair<SeccompAction, std::vector<SeccompBranch>>> groups; // the strictest first
  for (const SeccompAction action : actions_of(decisions, id))
    groups.emplace_back(action, std::vector<SeccompBranch>());
  for (SeccompBranch& branch : branches.list) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& it) { return it.first == branch.action; });
    group->second.push_back(std::move(branch));
  }
  std::vector<SeccompConditions> told; // of each group
  for (const auto& [action, list] : groups)
    for (auto& of_group = told.emplace_back(); const Case& it : cases_of(list))
      of_group.list.push_back({Speaker(abi, syscall, it).sentence(), action, it.computed});
  // What takes the most words to say is everything else; of equals, what is less strict.
  const auto words = [](const SeccompConditions& it) {
    std::size_t count = 0;
    for (const SeccompCondition& condition : it.list)
      count += 8 + condition.when.size() + (condition.when.find('!') != std::string::npos ? 2 : 0);
    return count;
  };
  auto rest = told.begin();
  for (auto it = told.begin(); it != told.end(); ++it)
    rest = words(*it) >= words(*rest) ? it : rest;
  SeccompConditions found;
  found.cut = branches.cut;
  for (auto group = told.begin(); group != told.end(); ++group)
    if (group != rest)
      found.list.insert(found.list.end(), group->list.begin(), group->list.end());
  found.list.push_back(
      {std::string(otherwise), groups[static_cast<std::size_t>(rest - told.begin())].first, false});
  return found;
}

} // namespace sbx
