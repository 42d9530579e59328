// By which strings are kernels, hypervisors, platforms and container runtimes recognised? The table, and
// nothing else: a sign can be imitated, so what it gives is a hint.
#pragma once

#include <span>
#include <string_view>

namespace sbx {

struct Platform {
  std::string_view id, kind, name; // kind: "platform", "hypervisor" or "container"
};

struct PlatformSign {
  enum class Match { holds, is, begins };
  enum class Weight {
    alone, // enough for a hint
    along, // only beside a sign that is enough, as a second kind of evidence
  };
  std::string_view id; // of the platform
  std::string_view where, needle;
  Match match = Match::holds;
  Weight weight = Weight::alone;
};

std::span<const Platform> platforms(); // in the order in which they are told
std::span<const PlatformSign> platform_signs();

// Which evidence is of one origin: a kernel's release and version are, so that both together count once.
std::string_view evidence_kind(std::string_view where);
// Whether what stands around the needle may identify a user, so that the needle alone is shown.
bool shows_needle_only(std::string_view where);

} // namespace sbx
