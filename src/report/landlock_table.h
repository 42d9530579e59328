// How is Landlock read by people, all of it? The row of the table, then every domain with its layers and
// rules, then the warnings.
#pragma once

#include "report/table.h"

namespace sbx {

// Of a report that holds the layer "landlock".
std::string render_landlock(const Report& report, const TableStyle& style);

} // namespace sbx
