// Which hints contradict each other? What is named here is a machine that says two things of itself: copied
// files, made-up strings, or a hypervisor below a hypervisor.
#pragma once

#include "rules/platform_hints.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct PlatformConflict {
  std::string id;   // "kernels", "hypervisors", "monitors", "services", "markers",
                    // "marker_in_initial_namespaces"
  std::string text; // what contradicts what
  std::vector<std::string> evidence;
};

// `initial_mnt`: whether the inspector, whose files the markers are, lives in the initial mount namespace.
std::vector<PlatformConflict> platform_conflicts(const std::vector<PlatformHint>& hints,
                                                 std::optional<bool> initial_mnt);

} // namespace sbx
