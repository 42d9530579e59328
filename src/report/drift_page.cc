#include "report/drift_page.h"

#include "report/policy_table.h"
#include "report/report_rows.h"
#include "report/words.h"

namespace sbx {

std::string render_drift(const Report& report, const TableStyle& style) {
  const auto& [id, finding] = report.layers.back();
  Sheet sheet(style);
  sheet.header(target_words(report.target), vantage_words(report));
  sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
  draw_policy(sheet, finding);
  draw_claims_of_others(sheet, report.claims);
  draw_requirements(sheet, report);
  return sheet.take();
}

} // namespace sbx
