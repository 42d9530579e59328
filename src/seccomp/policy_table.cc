#include "seccomp/policy_table.h"

#include "seccomp/multiplexed_call.h"
#include "seccomp/rule_tree.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <string_view>

namespace sbx {

namespace {

struct ArchNames {
  SyscallAbi abi;
  std::string_view libseccomp, docker;
};
constexpr std::array arch_names{
    ArchNames{SyscallAbi::x86_64, "SCMP_ARCH_X86_64", "amd64"},
    ArchNames{SyscallAbi::x32, "SCMP_ARCH_X32", "x32"},
    ArchNames{SyscallAbi::i386, "SCMP_ARCH_X86", "x86"},
    ArchNames{SyscallAbi::aarch64, "SCMP_ARCH_AARCH64", "arm64"},
    ArchNames{SyscallAbi::arm, "SCMP_ARCH_ARM", "arm"},
};

const ArchNames& names_of(SyscallAbi abi) { return *std::ranges::find(arch_names, abi, &ArchNames::abi); }

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// For the runtimes the native ABI is always there: seccomp_init() adds it.
std::vector<SyscallAbi> covered_abis(const OciProfile& profile, const PolicySubject& subject) {
  const SyscallAbi native = subject.abis.front();
  std::vector<std::string> names = profile.arches;
  for (const OciArchMap& map : profile.arch_map)
    if (map.arch == names_of(native).libseccomp) {
      names = map.others;
      break;
    }
  std::vector<SyscallAbi> covered;
  for (const SyscallAbi abi : subject.abis)
    if ((abi == native && (profile.native_too || lists(names, "SCMP_ARCH_NATIVE"))) ||
        lists(names, names_of(abi).libseccomp))
      covered.push_back(abi);
  return covered;
}

bool new_enough(const PolicySubject& subject, const OciWhen& when) {
  return !subject.kernel || *subject.kernel >= *when.minimum;
}

bool included(const OciWhen& when, const PolicySubject& subject) {
  if (!when.arches.empty() && !lists(when.arches, names_of(subject.abis.front()).docker))
    return false;
  if (when.other_capability || (subject.capabilities & when.capabilities) != when.capabilities)
    return false;
  return !when.minimum || new_enough(subject, when);
}

bool excluded(const OciWhen& when, const PolicySubject& subject) {
  return lists(when.arches, names_of(subject.abis.front()).docker) ||
         (subject.capabilities & when.capabilities) != 0 || (when.minimum && new_enough(subject, when));
}

// runc and crun: a rule that names one argument twice is one rule for each of its conditions.
std::vector<std::vector<OciArgument>> alternatives(const std::vector<OciArgument>& arguments) {
  std::array<unsigned, most_arguments> uses{};
  for (const OciArgument& argument : arguments)
    ++uses[argument.index];
  if (std::ranges::all_of(uses, [](unsigned count) { return count <= 1; }))
    return {arguments};
  std::vector<std::vector<OciArgument>> each;
  each.reserve(arguments.size());
  for (const OciArgument& argument : arguments)
    each.push_back({argument});
  return each;
}

struct CallRules {
  RuleTree tree;
  std::optional<SeccompAction> otherwise;
};

class Builder {
public:
  Builder(const OciProfile& profile, SyscallAbi abi, Decisions& decisions)
      : profile_(profile), abi_(abi), decisions_(decisions) {}

  // False: libseccomp would refuse it.
  bool add(const OciRule& rule, const std::string& name) {
    // libseccomp takes no rule that says what is done anyway, and so the runtimes leave it out.
    if (rule.action == profile_.default_action && !rule.otherwise)
      return true;
    const auto direct = syscall_number(abi_, name);
    const bool multiplexed = abi_ == SyscallAbi::i386 && profile_.libseccomp;
    const auto shared = multiplexed ? multiplexed_call(name) : std::nullopt;
    const auto way_in = shared ? syscall_number(abi_, shared->way_in) : std::nullopt;
    for (const std::vector<OciArgument>& arguments : alternatives(rule.arguments)) {
      // What it says of other arguments is kept, though socketcall(2) has others: so does libseccomp.
      if (way_in && !add(*way_in, under(*shared, arguments), rule))
        return false;
      if (direct && !add(*direct, arguments, rule))
        return false;
    }
    return true;
  }

  AbiPolicy build() {
    AbiPolicy policy{abi_, {}, decisions_.always(profile_.default_action), true};
    policy.calls.reserve(calls_.size());
    for (const auto& [number, rules] : calls_) {
      const DecisionId otherwise = rules.otherwise ? decisions_.always(*rules.otherwise) : policy.otherwise;
      policy.calls.push_back({number, rules.tree.decide(decisions_, otherwise)});
    }
    return policy;
  }

private:
  static std::vector<OciArgument> under(const MultiplexedCall& call, std::vector<OciArgument> arguments) {
    std::erase_if(arguments, [](const OciArgument& argument) { return argument.index == 0; });
    arguments.push_back({0, OciComparison::equal, call.first_argument, 0, false});
    return arguments;
  }

  bool add(std::uint32_t number, std::vector<OciArgument> arguments, const OciRule& rule) {
    CallRules& rules = calls_.try_emplace(number, CallRules{RuleTree(wide()), {}}).first->second;
    if (rule.otherwise)
      rules.otherwise = rule.otherwise;
    return rules.tree.add(std::move(arguments), rule.action);
  }

  // As libseccomp sees them: x32 has arguments of 32 bits.
  bool wide() const { return abi_ == SyscallAbi::x86_64 || abi_ == SyscallAbi::aarch64; }

  const OciProfile& profile_;
  SyscallAbi abi_;
  Decisions& decisions_;
  std::map<std::uint32_t, CallRules> calls_;
};

} // namespace

DecisionId decision_of(const AbiPolicy& policy, std::uint32_t number) {
  const auto found = std::ranges::lower_bound(policy.calls, number, {}, &PolicyCall::number);
  return found != policy.calls.end() && found->number == number ? found->decision : policy.otherwise;
}

Result<std::vector<AbiPolicy>> policy_table(const OciProfile& profile, const PolicySubject& subject,
                                            Decisions& decisions, const OtherAbis& others) {
  std::vector<AbiPolicy> table;
  if (subject.abis.empty())
    return table;
  const std::vector<SyscallAbi> covered = covered_abis(profile, subject);
  for (const SyscallAbi abi : subject.abis) {
    if (std::ranges::find(covered, abi) == covered.end()) {
      const SeccompAction action = abi == SyscallAbi::x32 && others.x32 ? *others.x32 : others.action;
      table.push_back({abi, {}, decisions.always(action), false});
      continue;
    }
    Builder builder(profile, abi, decisions);
    for (const OciRule& rule : profile.rules) {
      if (!included(rule.includes, subject) || excluded(rule.excludes, subject))
        continue;
      for (const std::string& name : rule.names)
        if (!builder.add(rule, name))
          return error(ErrorKind::usage,
                       fmt::format("two rules about {} ask for the same and answer differently: libseccomp "
                                   "refuses this, so no container starts with it",
                                   name));
    }
    table.push_back(builder.build());
  }
  return table;
}

} // namespace sbx
