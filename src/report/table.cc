#include "report/table.h"

#include "report/policy_table.h"
#include "report/report_rows.h"
#include "report/sandbox_rows.h"
#include "report/words.h"

namespace sbx {

std::string render_table(const Report& report, const TableStyle& style) {
  Sheet sheet(style);
  if (report.sandbox)
    draw_sandbox(sheet, *report.sandbox, vantage_words(report));
  else
    sheet.header(target_words(report.target), vantage_words(report));
  for (const auto& [id, finding] : report.layers)
    sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
  if (report.sandbox)
    draw_members(sheet, *report.sandbox);
  if (report.made_by)
    draw_made_by(sheet, *report.made_by);
  if (const auto platform = platform_words(report.platform); !platform.empty())
    sheet.row("Platform", std::nullopt, platform);
  if (!report.layers.empty() && report.layers.back().first == "policy")
    draw_policy(sheet, report.layers.back().second);
  draw_claims_of_others(sheet, report.claims);
  draw_requirements(sheet, report);
  return sheet.take();
}

} // namespace sbx
