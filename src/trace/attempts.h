// What was asked of the kernel for each layer, and what came of it?
#pragma once

#include "trace/course.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

enum class Attempted { landlock, seccomp, no_new_privs, namespaces, capabilities, user, mounts };
inline constexpr std::array all_attempted{
    Attempted::landlock,     Attempted::seccomp, Attempted::no_new_privs, Attempted::namespaces,
    Attempted::capabilities, Attempted::user,    Attempted::mounts};
std::string_view attempted_name(Attempted layer); // as the layer is called in the report, where it is one

// Nothing for an event that asks for no isolation: an open, a fork, a question to the kernel.
std::optional<Attempted> attempted_by(const TraceEvent& event);

// A call that only asks what the kernel has: the version of Landlock; a filter at address 0.
bool asks_only(const TraceEvent& event);

// CLONE_NEW* bits of a call that makes or enters namespaces.
std::uint64_t namespace_flags(const TraceEvent& event);

struct LandlockAttempts {
  struct Ruleset {
    const TraceEvent* made; // landlock_create_ruleset(2) that succeeded
    std::size_t rules = 0, refused = 0;
  };
  std::vector<Ruleset> rulesets; // in the order of their times
};
// Rules are counted to the ruleset that had their descriptor last, in the same process or one it comes from.
LandlockAttempts landlock_attempts(const Course& course);

} // namespace sbx
