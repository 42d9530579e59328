#include "seccomp/effective_table.h"

#include <algorithm>
#include <map>
#include <set>

namespace sbx {

namespace {

// Where the numbers of a range part ways: each first number of a new part.
std::set<std::uint32_t> parts_of(const Decisions& decisions, DecisionId root, NumberRange range) {
  std::set<std::uint32_t> starts;
  std::set<DecisionId> seen;
  std::vector<DecisionId> left{root};
  const auto part = [&](std::uint64_t start) {
    if (start > range.first && start <= range.last)
      starts.insert(static_cast<std::uint32_t>(start));
  };
  while (!left.empty()) {
    const DecisionId id = left.back();
    left.pop_back();
    const Decision& node = decisions.at(id);
    if (node.leaf || !seen.insert(id).second)
      continue;
    left.insert(left.end(), {node.yes, node.no});
    if (node.test.word != DataWord::number || node.test.op == SeccompTest::Op::computed)
      continue;
    part(node.test.value);
    part(std::uint64_t{node.test.value} + 1);
  }
  return starts;
}

class Builder {
public:
  Builder(const std::vector<SeccompStack>& stacks, EffectiveTable& table, SeccompBudget& budget)
      : stacks_(stacks), table_(table), decisions_(table.decisions), budget_(budget) {}

  AbiTable build(SyscallAbi abi) {
    AbiTable table{abi, {}, {}, {}};
    const auto& named = syscalls_of(abi);
    table.calls.reserve(named.size());
    for (const NamedSyscall& call : named)
      table.calls.push_back({call.number, call.name, decide(abi, WordSet::only(call.number))});
    for (const NumberRange& range : numbers_of(abi))
      add_unnamed(table, range);
    table.default_action = default_of(table);
    return table;
  }

private:
  std::optional<DecisionId> decide(SyscallAbi abi, const WordSet& number) {
    std::optional<DecisionId> weakest;
    for (const SeccompStack& stack : stacks_) {
      auto decision = evaluate(stack.chain, {number, audit_arch(abi)}, decisions_, budget_);
      if (decision)
        decision = after_the_kernel(abi, number.single(), stack, *decision);
      if (!decision)
        return std::nullopt;
      weakest = weakest ? evaluate_weaker(*weakest, *decision, decisions_, budget_) : decision;
      if (!weakest)
        return std::nullopt;
    }
    return weakest;
  }

  // The bitmap has as many bits as this kernel has system calls; it is filled up to a whole word, and nobody
  // clears the rest.
  static bool beyond_the_kernel(const std::vector<std::uint8_t>& bitmap, std::uint32_t number) {
    std::uint32_t at = number;
    while (at < bitmap.size() * 8 && always_allowed(bitmap, at))
      ++at;
    return at == bitmap.size() * 8;
  }

  // A call that its bitmap holds never comes to the filters.
  DecisionId after_the_kernel(SyscallAbi abi, std::optional<std::uint32_t> number, const SeccompStack& stack,
                              DecisionId decision) {
    const bool native = abi == SyscallAbi::x86_64 || abi == SyscallAbi::aarch64;
    const bool compat = abi == SyscallAbi::i386 || abi == SyscallAbi::arm;
    const auto* bitmap = native ? stack.native : compat ? stack.compat : nullptr;
    const DecisionId allowed = decisions_.always({});
    if (!bitmap || !number || decision == allowed || !always_allowed(*bitmap, *number))
      return decision;
    const std::string_view name = syscall_name(abi, *number);
    if (name.empty() || beyond_the_kernel(*bitmap, *number))
      return decision;
    const bool known = name == "uretprobe" || name == "uprobe";
    auto& list = known ? table_.exempt : table_.disputed;
    if (std::none_of(list.begin(), list.end(),
                     [&](const auto& it) { return it.abi == abi && it.number == *number; }))
      list.push_back({abi, *number});
    return known ? allowed : decision;
  }

  void add_unnamed(AbiTable& table, NumberRange range) {
    std::uint64_t first = range.first;
    for (const SyscallDecision& call : table.calls) {
      if (call.number < first || call.number > range.last)
        continue;
      if (call.number > first)
        add_range(table, {static_cast<std::uint32_t>(first), call.number - 1});
      first = std::uint64_t{call.number} + 1;
    }
    if (first <= range.last)
      add_range(table, {static_cast<std::uint32_t>(first), range.last});
  }

  void add_range(AbiTable& table, NumberRange range) {
    const auto whole = decide(table.abi, WordSet::between(range.first, range.last));
    const auto starts = whole ? parts_of(decisions_, *whole, range) : std::set<std::uint32_t>();
    if (starts.empty())
      return add(table, range, whole);
    std::uint32_t first = range.first;
    for (const std::uint32_t start : starts) {
      add(table, {first, start - 1}, decide(table.abi, WordSet::between(first, start - 1)));
      first = start;
    }
    add(table, {first, range.last}, decide(table.abi, WordSet::between(first, range.last)));
  }

  static void add(AbiTable& table, NumberRange range, std::optional<DecisionId> decision) {
    if (!table.others.empty()) {
      NumberDecision& before = table.others.back();
      if (before.range.last != ~std::uint32_t{0} && before.range.last + 1 == range.first &&
          before.decision == decision) {
        before.range.last = range.last;
        return;
      }
    }
    table.others.push_back({range, decision});
  }

  std::optional<SeccompAction> default_of(const AbiTable& table) const {
    constexpr std::uint32_t widest = 1024; // arm has calls of its own far above the others
    const std::uint32_t highest = table.calls.empty() ? 0 : table.calls.back().number;
    std::map<DecisionId, std::uint64_t> between;
    for (const NumberDecision& other : table.others)
      if (other.decision && other.range.first < highest && other.range.last - other.range.first < widest)
        between[*other.decision] += std::uint64_t{other.range.last} - other.range.first + 1;
    const auto most = std::max_element(between.begin(), between.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == between.end() || !decisions_.at(most->first).leaf)
      return std::nullopt;
    return decisions_.at(most->first).action;
  }

  const std::vector<SeccompStack>& stacks_;
  EffectiveTable& table_;
  Decisions& decisions_;
  SeccompBudget& budget_;
};

} // namespace

EffectiveTable effective_table(const SeccompChain& chain, const std::vector<SyscallAbi>& abis,
                               SeccompBudget& budget) {
  return effective_table(std::vector{SeccompStack{chain}}, abis, budget);
}

EffectiveTable effective_table(const std::vector<SeccompStack>& stacks, const std::vector<SyscallAbi>& abis,
                               SeccompBudget& budget) {
  EffectiveTable table;
  Builder builder(stacks, table, budget);
  for (const SyscallAbi abi : abis) {
    table.abis.push_back(builder.build(abi));
    const auto decided = [](const auto& one) { return one.decision.has_value(); };
    const AbiTable& made = table.abis.back();
    table.complete = table.complete && std::all_of(made.calls.begin(), made.calls.end(), decided) &&
                     std::all_of(made.others.begin(), made.others.end(), decided);
  }
  return table;
}

const SyscallDecision* find_call(const AbiTable& table, std::string_view name) {
  const auto it = std::find_if(table.calls.begin(), table.calls.end(),
                               [&](const SyscallDecision& call) { return call.name == name; });
  return it == table.calls.end() ? nullptr : &*it;
}

} // namespace sbx
