// Do the findings meet the requirements? What was not seen leaves a requirement open, unless what was seen
// decides.
#pragma once

#include "core/finding.h"
#include "gate/appraisal.h"
#include "gate/requirement.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

// Empty without requirements: nothing was asked, so nothing is met either.
std::optional<Appraisal> appraise(const std::vector<Requirement>& requirements,
                                  const std::vector<std::pair<std::string, Finding>>& layers);

} // namespace sbx
