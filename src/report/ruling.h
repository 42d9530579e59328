// How is the answer to one question written, for people and for programs?
#pragma once

#include "can/answer.h"
#include "report/report.h"
#include "report/table.h"

#include <string>

namespace sbx {

// The answer and who decides in the first line, then who was asked, and what each said.
std::string render_ruling_text(const Ruling& ruling, const Target& target, const TableStyle& style);

// Canonical as the report is: sorted keys, ASCII.
std::string render_ruling_json(const Ruling& ruling, const Target& target, const std::string& tool_version);

} // namespace sbx
