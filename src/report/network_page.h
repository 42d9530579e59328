// How is the network of a process drawn for people? What lets it out first, then what that rests on.
#pragma once

#include "report/report.h"
#include "report/table.h"

#include <string>

namespace sbx {

// `report`: of the layer network alone.
std::string render_network(const Report& report, const TableStyle& style);

} // namespace sbx
