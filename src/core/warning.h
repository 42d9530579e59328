// What should somebody look at, though no state says it? The same form in every layer.
#pragma once

#include "core/finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Severity {
  high,   // a way out, or a layer that does not do what it is there for
  medium, // a hole that needs something else too
  low,    // less than the kernel could do
  info,   // worth knowing
};

std::string_view severity_name(Severity severity);

struct Warning {
  std::string id; // stable: "landlock.threads_outside"
  Severity severity;
  std::string summary;  // one line: what, and what follows from it
  std::string evidence; // what was seen
  std::string remedy;   // what to do
};

// As the claim "warnings" of a layer: the most severe first, else as they came.
Claims warning_claims(const std::vector<Warning>& warnings);

} // namespace sbx
