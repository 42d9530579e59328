// How is the distance between a policy and what is in force read by people? What differs, by name, with the
// place in the policy; and what others claim beside what was seen.
#pragma once

#include "core/finding.h"
#include "report/sheet.h"

#include <nlohmann/json.hpp>

namespace sbx {

// `policy`: the finding of the extra layer. What is as asked is only counted.
void draw_policy(Sheet& sheet, const Finding& policy);

// A report's member "claims"; nothing where that is null.
void draw_claims_of_others(Sheet& sheet, const nlohmann::json& claims);

} // namespace sbx
