#include "probes/seccomp_call_warnings.h"

#include "core/some_of.h"
#include "probes/seccomp_claims.h"
#include "rules/capability_names.h"
#include "rules/risky_syscalls.h"
#include "rules/syscall_argument.h"
#include "seccomp/argument_width.h"
#include "seccomp/branches.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Names = std::vector<std::string>;

class Calls {
public:
  explicit Calls(const SeccompView& view) : table_(view.table), native_(view.table.abis.front()) {}

  CallFate fate(std::string_view name) const {
    const SyscallDecision* call = find_call(native_, name);
    return call ? fate_of(table_, call->decision) : CallFate::refused; // this ABI has none
  }
  bool exists(std::string_view name) const { return find_call(native_, name) != nullptr; }

  // Can it be made at all, and with this bit in that argument?
  bool open(std::string_view name, const SeccompWords& words = {}) {
    const SyscallDecision* call = find_call(native_, name);
    return call && call->decision &&
           way_through(table_.decisions, *call->decision, words, budget_).has_value();
  }

  bool gave_up() const { return budget_.spent(); } // then what open() denied may be open

private:
  const EffectiveTable& table_;
  const AbiTable& native_;
  SeccompBudget budget_;
};

Names open_names(Calls& calls, const RiskySyscalls& risky) {
  Names names;
  for (const std::string_view name : risky.names)
    if (calls.open(name))
      names.push_back(calls.fate(name) == CallFate::allowed ? std::string(name)
                                                            : fmt::format("{} (for some arguments)", name));
  for (const RiskySyscalls::Bit& it : risky.bits) {
    SeccompWords words;
    words.set(low_half(it.argument),
              WordSet().narrowed({low_half(it.argument), SeccompTest::Op::any_bit, it.bit, it.bit}, true));
    if (calls.open(it.name, words))
      names.emplace_back(it.name);
  }
  return names;
}

enum class Usable { yes, perhaps, no };

Usable usable(const RiskySyscalls& risky, const SeccompPowers& powers) {
  if (risky.capabilities.empty())
    return Usable::yes;
  if (!powers.capabilities)
    return Usable::perhaps;
  const bool held = std::any_of(risky.capabilities.begin(), risky.capabilities.end(),
                                [&](unsigned it) { return (*powers.capabilities >> it & 1) != 0; });
  if (!held || (risky.initial && powers.initial_user_ns == false))
    return Usable::no;
  return risky.initial && !powers.initial_user_ns ? Usable::perhaps : Usable::yes;
}

std::string needs(const RiskySyscalls& risky, const SeccompPowers& powers) {
  if (risky.capabilities.empty())
    return "no capability is needed";
  Names names;
  for (const unsigned it : risky.capabilities)
    names.push_back(capability_names(std::uint64_t{1} << it).front());
  return fmt::format("needs {}{}, {}", fmt::join(names, " or "),
                     risky.initial ? " in the initial user namespace" : "",
                     powers.capabilities ? "which a thread holds" : "and the capabilities were not seen");
}

void about_risky(Calls& calls, const SeccompPowers& powers, std::vector<Warning>& to) {
  Names idle;
  for (const RiskySyscalls& risky : risky_syscalls()) {
    const Names names = open_names(calls, risky);
    if (names.empty())
      continue;
    const Usable use = usable(risky, powers);
    if (use == Usable::no)
      idle.insert(idle.end(), names.begin(), names.end());
    else
      to.push_back({fmt::format("seccomp.allows.{}", risky.id),
                    use == Usable::yes ? risky.severity : Severity::low,
                    fmt::format("{} open: {}", fmt::join(names, ", "), risky.gives), needs(risky, powers),
                    std::string(risky.remedy)});
  }
  if (calls.gave_up())
    to.push_back({"seccomp.allows_not_checked", Severity::medium,
                  "not every risky call was checked: the filters decide in more ways than any that are known",
                  "the bound on the work was reached",
                  "look at the programs (--disasm): they may be made to hide something"});
  if (!idle.empty())
    to.push_back(
        {"seccomp.allows_idle", Severity::info,
         fmt::format("open, but of no use without a capability that no thread holds where it counts: {}",
                     fmt::join(idle, ", ")),
         "the filters let them through, and the kernel refuses them for want of a capability",
         "refuse them as well: then they stay closed when a capability slips in"});
}

void about_twins(const Calls& calls, std::vector<Warning>& to) {
  for (const SyscallTwins& twins : syscall_twins()) {
    Names restricted, open;
    for (const std::string_view name : twins.refused)
      if (calls.exists(name) &&
          (calls.fate(name) == CallFate::refused || calls.fate(name) == CallFate::conditional))
        restricted.emplace_back(name);
    for (const std::string_view name : twins.open)
      if (calls.fate(name) == CallFate::allowed)
        open.emplace_back(name);
    if (restricted.empty() || open.empty())
      continue;
    to.push_back(
        {fmt::format("seccomp.twin_open.{}", twins.id), twins.severity,
         fmt::format("{} restricted, {} open: {}", fmt::join(restricted, ", "), fmt::join(open, ", "),
                     twins.what),
         fmt::format("{}: {}; {}: allow", restricted.front(),
                     calls.fate(restricted.front()) == CallFate::refused ? "refused"
                                                                         : "decided by its arguments",
                     open.front()),
         fmt::format("give {} the same rules, or answer ENOSYS so that callers fall back",
                     fmt::join(open, ", "))});
  }
}

void about_widths(const SeccompView& view, std::vector<Warning>& to) {
  struct Found {
    std::string_view call;
    WidthGap gap;
    SyscallAbi abi; // the first of them
    Names abis;
  };
  std::vector<Found> all;
  SeccompBudget budget;
  for (const AbiTable& abi : view.table.abis)
    for (const SyscallDecision& call : abi.calls) {
      const auto gap = call.decision
                           ? width_gap(view.table.decisions, *call.decision, abi.abi, call.name, budget)
                           : std::nullopt;
      if (!gap)
        continue;
      const auto same = std::find_if(all.begin(), all.end(), [&](const Found& it) {
        return it.call == call.name && it.gap.argument == gap->argument;
      });
      Found& found = same == all.end() ? all.emplace_back(Found{call.name, *gap, abi.abi, {}}) : *same;
      found.abis.emplace_back(abi_name(abi.abi));
    }
  if (budget.spent())
    to.push_back({"seccomp.argument_width_not_checked", Severity::medium,
                  "not every argument was checked for its width: the filters decide in more ways than any "
                  "that are known",
                  "the bound on the work was reached",
                  "look at the programs (--disasm): they may be made to hide something"});
  for (const Found& it : all) {
    const std::string name(syscall_argument(it.abi, it.call, it.gap.argument).name);
    to.push_back(
        {"seccomp.argument_width", Severity::high,
         fmt::format("{}: the rule on {} can be passed: it compares 64 bits, and the kernel reads 32 ({})",
                     it.call, name, fmt::join(it.abis, ", ")),
         fmt::format(
             "{} == {} is answered with {}, {:#x} is let through, and both are the same to the kernel", name,
             argument_value(it.abi, it.call, it.gap.argument, it.gap.refused), action_name(it.gap.refusal),
             it.gap.let_through),
         "compare the lower 32 bits alone (libseccomp: SCMP_CMP_MASKED_EQ with mask 0xffffffff)"});
  }
}

} // namespace

std::vector<Warning> seccomp_call_warnings(const SeccompView& view, const SeccompPowers& powers) {
  std::vector<Warning> found;
  Calls calls(view);
  about_widths(view, found);
  about_risky(calls, powers, found);
  about_twins(calls, found);
  return found;
}

} // namespace sbx
