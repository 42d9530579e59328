// Which calls that an attacker wants are open, and does anything else close them?
#pragma once

#include "core/warning.h"
#include "probes/seccomp_view.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sbx {

// What the target holds beside its filters. Empty: not seen.
struct SeccompPowers {
  std::optional<std::uint64_t> capabilities; // that any thread can put to use, permitted or effective
  std::optional<bool> initial_user_ns;       // of any thread
};

std::vector<Warning> seccomp_call_warnings(const SeccompView& view, const SeccompPowers& powers);

} // namespace sbx
