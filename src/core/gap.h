// Why could something not be seen? A gap is never evidence of absence.
#pragma once

#include <string>
#include <string_view>

namespace sbx {

enum class GapKind {
  denied,        // the kernel, or a filter on us, refused
  unsupported,   // this kernel has no such thing to read
  vanished,      // it went away while we looked
  malformed,     // it was read and makes no sense
  not_attempted, // nobody asked: not in the recording, out of time, over a bound
};

struct Gap {
  GapKind kind;
  std::string source;
  std::string detail; // what was tried and what happened, in words a tired operator can use
  bool operator==(const Gap&) const = default;
};

std::string_view gap_kind_name(GapKind kind);

} // namespace sbx
