// How are a process's root and mounts read by people? What is the host's place by place, all else by type.
#pragma once

#include "report/report.h"
#include "report/table.h"

#include <string>

namespace sbx {

std::string render_files(const Report& report, const TableStyle& style);

} // namespace sbx
