// What is known to go wrong on a platform? Pitfalls that others found, each with where that is written down.
#pragma once

#include "rules/platform_hints.h"

#include <span>
#include <string_view>
#include <vector>

namespace sbx {

struct PlatformNote {
  enum class When {
    always,
    without_landlock, // where the kernel was not seen to offer it: else the note is about other builds
  };
  std::string_view id, platform;
  std::string_view where; // only where the hint rests on such evidence; empty: on any
  When when;
  std::string_view text, source;
};

std::span<const PlatformNote> platform_notes();

// Those that concern this machine. `landlock`: the kernel was seen to offer it.
std::vector<const PlatformNote*> relevant_notes(const std::vector<PlatformHint>& hints, bool landlock);

} // namespace sbx
