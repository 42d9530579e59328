#include "probes/seccomp_entry_warnings.h"

#include "core/some_of.h"
#include "probes/seccomp_claims.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

// Names that the native ABI refuses, and this one lets through.
std::vector<std::string> open_beside(const EffectiveTable& table, const AbiTable& native,
                                     const AbiTable& other) {
  std::vector<std::string> names;
  for (const SyscallDecision& call : native.calls) {
    if (fate_of(table, call.decision) != CallFate::refused)
      continue;
    const SyscallDecision* same = find_call(other, call.name);
    if (same && fate_of(table, same->decision) == CallFate::allowed)
      names.emplace_back(call.name);
  }
  return names;
}

// The same number is answered alike by both, though it is another call there; and not all numbers are.
bool numbers_alone_decide(const AbiTable& native, const AbiTable& other) {
  std::size_t compared = 0;
  bool differ = false;
  auto at = other.calls.begin();
  for (const SyscallDecision& call : native.calls) {
    at = std::find_if(at, other.calls.end(),
                      [&](const SyscallDecision& it) { return it.number >= call.number; });
    if (at == other.calls.end())
      break;
    if (at->number != call.number)
      continue;
    if (at->decision != call.decision)
      return false;
    ++compared;
    differ = differ || call.decision != native.calls.front().decision;
  }
  return compared > 0 && differ;
}

void about_entry(const EffectiveTable& table, const AbiTable& native, const AbiTable& other,
                 std::optional<bool> offered, std::vector<Warning>& to) {
  const bool x32 = other.abi == SyscallAbi::x32;
  const std::string reach = offered == true    ? "this kernel takes such calls"
                            : offered == false ? "but this kernel takes no such calls"
                                               : "whether this kernel takes such calls was not seen";
  const auto rated = [&](Severity severity) {
    return offered == false ? Severity::info : offered ? severity : std::max(severity, Severity::medium);
  };
  if (!x32 && numbers_alone_decide(native, other)) {
    to.push_back(
        {"seccomp.no_arch_check", rated(Severity::high),
         fmt::format(
             "no filter asks for the architecture: a 32-bit call ({}) is judged by the number of another one",
             abi_name(other.abi)),
         "every number is answered alike on both, though it names different system calls; " + reach,
         "begin the filter with a test of the architecture, as libseccomp does"});
    return;
  }
  const auto open = open_beside(table, native, other);
  if (open.empty())
    return;
  if (x32)
    to.push_back(
        {"seccomp.x32_open", rated(Severity::high),
         fmt::format("calls that are refused can be made by their x32 numbers: {}", some_of(open)),
         fmt::format("refused by their own numbers, and allowed with bit 30 set: {}; {}", open.size(), reach),
         "refuse every number with bit 30 set (0x40000000)"});
  else
    to.push_back({"seccomp.compat_open", rated(Severity::high),
                  fmt::format("calls that are refused can be made as 32-bit calls ({}): {}",
                              abi_name(other.abi), some_of(open)),
                  fmt::format("{} of them; refused to {}, allowed to {}; {}", open.size(),
                              abi_name(native.abi), abi_name(other.abi), reach),
                  fmt::format("write the rules for {} too, or kill every call of another architecture",
                              abi_name(other.abi))});
}

} // namespace

std::vector<Warning> seccomp_entry_warnings(const SeccompView& view) {
  std::vector<Warning> found;
  const AbiTable& native = view.table.abis.front();
  for (std::size_t i = 1; i < view.table.abis.size(); ++i)
    about_entry(view.table, native, view.table.abis[i], view.offered[i], found);
  if (native.default_action && lets_through(*native.default_action))
    found.push_back({"seccomp.default_allow", Severity::low,
                     "what is not named is allowed: calls that a newer kernel brings are open",
                     fmt::format("a number without a system call is answered with {}",
                                 action_name(*native.default_action)),
                     "list what is allowed instead, and refuse the rest"});
  return found;
}

} // namespace sbx
