// How is what changed between two reports written, for people and for programs?
#pragma once

#include "report/report_difference.h"
#include "report/table.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sbx {

struct ComparedReport {
  std::string name;      // as the user named it, raw bytes
  nlohmann::json report; // the whole of it
};

// schemas/diff.v1.schema.json
std::string render_difference_json(const ComparedReport& before, const ComparedReport& after,
                                   const std::vector<ReportDifference>& differences);
std::string render_difference_table(const ComparedReport& before, const ComparedReport& after,
                                    const std::vector<ReportDifference>& differences,
                                    const TableStyle& style);

} // namespace sbx
