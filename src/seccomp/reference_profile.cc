#include "seccomp/reference_profile.h"

#include "rules/capability_names.h"
#include "seccomp/evaluate.h"
#include "seccomp/program_check.h"
#include "seccomp/stacked_decision.h"

#include <charconv>
#include <string>

namespace sbx {

namespace {

constexpr std::uint32_t far_from_any = 0x20000000; // no kernel has a call there

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    unsigned char byte = 0;
    std::from_chars(hex.data() + at, hex.data() + at + 2, byte, 16);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

// A program answers for every number; for those without a name, one that no kernel will have stands.
AbiPolicy table_of(const SeccompProgram& program, SyscallAbi abi, Decisions& decisions) {
  const SeccompChain chain{&program};
  SeccompBudget budget;
  const auto decide = [&](std::uint32_t number) {
    const auto decision = evaluate(chain, {WordSet::only(number), audit_arch(abi)}, decisions, budget);
    return decision ? *decision : decisions.always({ActionKind::kill_process}); // never: they are small
  };
  AbiPolicy policy{abi, {}, decide(numbers_of(abi).front().first + far_from_any), true};
  for (const NamedSyscall& call : syscalls_of(abi))
    policy.calls.push_back({call.number, decide(call.number)});
  return policy;
}

AbiPolicy stacked(const AbiPolicy& newer, const AbiPolicy& older, Decisions& decisions) {
  StackedDecisions stack(decisions);
  AbiPolicy policy{
      newer.abi, {}, stack.both(newer.otherwise, older.otherwise), newer.covered || older.covered};
  auto left = newer.calls.begin();
  auto right = older.calls.begin();
  while (left != newer.calls.end() || right != older.calls.end()) {
    const bool take_left =
        right == older.calls.end() || (left != newer.calls.end() && left->number <= right->number);
    const std::uint32_t number = take_left ? left->number : right->number;
    policy.calls.push_back({number, stack.both(decision_of(newer, number), decision_of(older, number))});
    if (left != newer.calls.end() && left->number == number)
      ++left;
    if (right != older.calls.end() && right->number == number)
      ++right;
  }
  return policy;
}

} // namespace

LoadedReference::LoadedReference(const ReferenceVersion& version) {
  for (const ReferenceFilter& filter : version.filters) {
    Part part;
    if (const auto action = parse_action(filter.others))
      part.others.action = *action;
    part.others.x32 = parse_action(filter.x32);
    if (filter.program) {
      if (auto program = parse_raw_program(bytes_of_hex(filter.text)))
        part.program = std::move(*program);
    } else if (auto profile = parse_oci_profile(filter.text, OciDialect::references)) {
      for (const OciRule& rule : profile->rules) {
        const std::uint64_t asks_for = rule.includes.capabilities | rule.excludes.capabilities;
        asks_for_ |= asks_for;
        conditional_calls_ += asks_for == 0 ? 0 : rule.names.size();
      }
      part.profile = std::move(*profile);
    }
    parts_.push_back(std::move(part));
  }
}

std::vector<AbiPolicy> LoadedReference::table(const PolicySubject& subject, Decisions& decisions) const {
  std::vector<AbiPolicy> table;
  for (const Part& part : parts_) {
    std::vector<AbiPolicy> one;
    if (part.profile) {
      if (auto policy = policy_table(*part.profile, subject, decisions, part.others))
        one = std::move(*policy);
    } else {
      for (const SyscallAbi abi : subject.abis)
        one.push_back(table_of(part.program, abi, decisions));
    }
    for (std::size_t i = 0; i < table.size() && i < one.size(); ++i)
      table[i] = stacked(table[i], one[i], decisions);
    if (table.empty())
      table = std::move(one);
  }
  return table;
}

} // namespace sbx
