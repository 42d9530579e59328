// How is a report read by people? One line a layer, then the platform, then the requirements and why.
#pragma once

#include "report/report.h"

#include <string>

namespace sbx {

struct TableStyle {
  bool colour = false; // never the only carrier of a meaning
  bool unicode = true; // what the target wrote in other scripts is shown as it is
  unsigned width = 80; // at least 60 are used
};

std::string render_table(const Report& report, const TableStyle& style);

} // namespace sbx
