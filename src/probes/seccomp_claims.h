// What do decoded filters add up to, as claims? The names in the report and in the document of `sbx-attest
// seccomp`.
#pragma once

#include "core/finding.h"
#include "probes/seccomp_view.h"
#include "seccomp/profile_match.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sbx {

// What is done with one system call, in one word.
enum class CallFate {
  allowed,     // whatever its arguments are, and nobody is asked
  refused,     // whatever they are
  supervised,  // a listener or a tracer decides, whatever they are
  conditional, // by its arguments
  unknown,     // not evaluated: the budget was spent
};
CallFate fate_of(const EffectiveTable& table, const std::optional<DecisionId>& decision);

// The names with that fate, by number.
std::vector<std::string> calls_with(const EffectiveTable& table, const AbiTable& abi, CallFate fate);

// [{"instructions","sha256","log","notify","wait_killable","previous","profile"}], older ones first;
// `previous` counts from
// 1. With `named`, the profile of each filter by itself.
Claims seccomp_filter_list(const SeccompView& view, const MatchSubject& subject, bool named);
// [{"filters":[3,2,1],"strict","tasks":[tid...],"tasks_total"}]: which threads live under which, the newest
// filter first.
Claims seccomp_chain_list(const SeccompView& view);
// {"x86_64":{"default_action","offered","allowed","denied","conditional","supervised","exempt"}}
Claims seccomp_architectures(const SeccompView& view);

// {"x86_64":{"default","syscalls":{"socket":{"number","action","conditions"}},"others":[{"first","last","action"}]}};
// with `only`, of those system calls alone.
Claims seccomp_tables(const SeccompView& view, const std::vector<std::string>& only = {});

} // namespace sbx
