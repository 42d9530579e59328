// How is the distance between a policy and a process read by itself?
#pragma once

#include "report/report.h"
#include "report/table.h"

#include <string>

namespace sbx {

std::string render_drift(const Report& report, const TableStyle& style); // its last layer is "policy"

} // namespace sbx
