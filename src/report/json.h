// How is a report written for programs? Canonical JSON, as schemas/report.v1.schema.json describes it.
#pragma once

#include "report/report.h"

#include <nlohmann/json.hpp>
#include <string>

namespace sbx {

nlohmann::json target_json(const Target& target);
nlohmann::json finding_json(const Finding& finding);
nlohmann::json requirements_json(const Report& report);
nlohmann::json verdict_json(const Report& report); // null without requirements
nlohmann::json report_json(const Report& report);

// Sorted keys, two spaces, ASCII only, a newline at the end: the same report is the same bytes. Text that is
// no UTF-8 is replaced, never thrown at.
std::string render_json(const Report& report);

} // namespace sbx
