// Which call for isolation failed, so that what was executed afterwards runs without it?
#pragma once

#include "trace/attempts.h"
#include "trace/course.h"

#include <string>
#include <vector>

namespace sbx {

struct Degradation {
  Attempted layer;
  const TraceEvent* failed;
  const TraceEvent* exec; // the first that came after it, in that process or one that it made
};

// A failure that the same process made good before it executed a file is none. One for each failed call.
std::vector<Degradation> degradations(const Course& course);

// Rulesets that were made, in programs of which no process ever called landlock_restrict_self(2) and one
// executed another file.
std::vector<const TraceEvent*> rulesets_left(const Course& course);

} // namespace sbx
