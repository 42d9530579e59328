// Which system calls does an attacker look for first, and what makes them useless? One row for each family.
#pragma once

#include "core/warning.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sbx {

struct RiskySyscalls {
  std::string_view id; // "ptrace", of the warning "seccomp.allows.ptrace"
  std::vector<std::string_view> names;
  std::string_view gives; // what who can call it gets
  std::string_view remedy;
  // Any of these capabilities is needed, in the user namespace that the kernel asks; none: anybody may.
  std::vector<unsigned> capabilities; // capability.h numbers
  bool initial = true;                // it asks the initial user namespace; else one of the target's own does
  Severity severity;                  // where it can be used
  // The call is only at stake with this bit in its argument: CLONE_NEWUSER of unshare(2) and clone(2).
  struct Bit {
    std::string_view name;
    unsigned argument;
    std::uint32_t bit;
  };
  std::vector<Bit> bits;
};

std::span<const RiskySyscalls> risky_syscalls();

// Calls that do the work of others: refusing some and leaving another one open refuses nothing.
struct SyscallTwins {
  std::string_view id; // of the warning "seccomp.twin_open.<id>"
  std::vector<std::string_view> refused, open;
  std::string_view what; // what can be done all the same
  Severity severity;
};

std::span<const SyscallTwins> syscall_twins();

} // namespace sbx
